// Owns the window that Windows' clipboard deals with. A thread of its own: a program that pastes waits for it until the
// host has sent the content, and one that does not answer holds it up.
#pragma once

#include <cstdint>

#include "clipboard/clipboard-words.h"
#include "loans/loan-table.h"
#include "log/log.h"
#include "win/handles.h"
#include "win/mailbox.h"

namespace xpane {

class ClipboardThread {
public:
    // All of them outlive it. `stop`: set at the end.
    ClipboardThread(Mailbox<ClipboardJob>& jobs, Mailbox<PasteAnswer>& answers, Mailbox<ClipboardWord>& words,
                    LoanTable& loans, HANDLE stop, Log& log);
    ClipboardThread(const ClipboardThread&) = delete;
    ClipboardThread& operator=(const ClipboardThread&) = delete;
    ~ClipboardThread();

    // Until `stop` is set.
    void run();

private:
    static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wide, LPARAM other);
    LRESULT handle(UINT message, WPARAM wide, LPARAM other);
    void chainChanged(HWND removed, HWND next);
    void look();
    void tellNow();
    void tellLater();
    bool findsPictureInText();
    void take(const TakeOffer& job);
    void take(const ReadContent& job);
    std::optional<std::string> readNow(ClipboardFormat format, bool& tooLarge);
    void placeOffer();
    void render(UINT windowsFormat);
    bool isOwn() const;

    Mailbox<ClipboardJob>& jobs_;
    Mailbox<PasteAnswer>& answers_;
    Mailbox<ClipboardWord>& words_;
    LoanTable& loans_;
    const HANDLE stop_;
    Log& log_;
    UniqueWindow window_;
    HWND nextViewer_ = nullptr;
    ClipboardOffer hosts_;  // what stands on the clipboard for the host, or is to
    bool owesPlacing_ = false, isLooking_ = false, isEmpty_ = false;
    uint64_t placingDueMs_ = 0;  // when it is given up
    uint32_t lastSequence_ = 0, offerId_ = 0, offerSequence_ = 0;
    uint32_t lastPasteId_ = 0;
    uint64_t toldMs_ = 0;
};

}  // namespace xpane
