#include "clipboard/clipboard-thread.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "clipboard/copied-files.h"
#include "clipboard/windows-formats.h"
#include "files/document-store.h"
#include "win/clock.h"

namespace xpane {
namespace {

constexpr wchar_t className[] = L"XPaneAgentClipboard";
// Windows tells viewers of changes one after the other: one that forgets to pass it on cuts off those behind it.
constexpr UINT_PTR lookTimer = 1, tellTimer = 2, placeTimer = 3;
constexpr UINT lookMs = 1000, placeMs = 20;
// Programs that fill the clipboard in a loop.
constexpr uint64_t tellEachMs = 100;
// Other programs have the clipboard open for moments.
constexpr uint64_t openWithinMs = 500, placeWithinMs = 3000;
constexpr DWORD openPauseMs = 10;
// A host that says nothing for so long is not waited for; the rest of a program's patience is its user's.
constexpr uint64_t hostSilenceMs = 6000, wholePasteMs = 60000;
// Files are put on this guest's disk meanwhile, which may be slow, and be many.
constexpr uint64_t hostSilenceOfFilesMs = 15000, wholePasteOfFilesMs = 600000;
constexpr UINT ownerAnswerMs = 1000;
// So often the host hears that copied files are still looked at.
constexpr uint64_t progressEachMs = 1000;

// The clipboard, open for as long as it lives.
class OpenedClipboard {
public:
    explicit OpenedClipboard(HWND window, uint64_t withinMs = 0) {
        const uint64_t dueMs = nowMs() + withinMs;
        while (!(open_ = OpenClipboard(window) != FALSE) && nowMs() < dueMs) Sleep(openPauseMs);
    }
    ~OpenedClipboard() {
        if (open_) CloseClipboard();
    }
    OpenedClipboard(const OpenedClipboard&) = delete;
    OpenedClipboard& operator=(const OpenedClipboard&) = delete;
    explicit operator bool() const { return open_; }

private:
    bool open_ = false;
};

// What is on the clipboard may be made only when it is asked for, by a program that hangs.
bool ownerAnswers() {
    const HWND owner = GetClipboardOwner();
    DWORD_PTR answer = 0;
    return !owner || SendMessageTimeoutW(owner, WM_NULL, 0, 0, SMTO_ABORTIFHUNG, ownerAnswerMs, &answer) != 0;
}

}  // namespace

ClipboardThread::ClipboardThread(Mailbox<ClipboardJob>& jobs, Mailbox<PasteAnswer>& answers,
                                 Mailbox<ClipboardWord>& words, LoanTable& loans, HANDLE stop, Log& log)
    : jobs_(jobs), answers_(answers), words_(words), loans_(loans), stop_(stop), log_(log) {
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = procedure;
    windowClass.hInstance = GetModuleHandleW(nullptr);
    windowClass.lpszClassName = className;
    RegisterClassW(&windowClass);
    window_ = UniqueWindow(CreateWindowExW(0, className, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, nullptr,
                                           windowClass.hInstance, nullptr));
    if (!window_) {
        log_.write(LogLevel::warn, "clipboard: no window, error " + std::to_string(GetLastError()));
        return;
    }
    SetWindowLongPtrW(window_.get(), GWLP_USERDATA, reinterpret_cast<LONG_PTR>(this));
    // What is there already is old.
    lastSequence_ = GetClipboardSequenceNumber();
    nextViewer_ = SetClipboardViewer(window_.get());
    SetTimer(window_.get(), lookTimer, lookMs, nullptr);
}

ClipboardThread::~ClipboardThread() {
    if (window_) ChangeClipboardChain(window_.get(), nextViewer_);
}

void ClipboardThread::run() {
    const HANDLE events[] = {stop_, jobs_.event()};
    for (;;) {
        const DWORD came = MsgWaitForMultipleObjectsEx(2, events, INFINITE, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
        if (came == WAIT_OBJECT_0 || came == WAIT_FAILED) return;
        for (const ClipboardJob& job : jobs_.take()) {
            std::visit([this](const auto& one) { take(one); }, job);
        }
        MSG message;
        while (PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE)) DispatchMessageW(&message);
    }
}

LRESULT CALLBACK ClipboardThread::procedure(HWND window, UINT message, WPARAM wide, LPARAM other) {
    auto* self = reinterpret_cast<ClipboardThread*>(GetWindowLongPtrW(window, GWLP_USERDATA));
    return self ? self->handle(message, wide, other) : DefWindowProcW(window, message, wide, other);
}

LRESULT ClipboardThread::handle(UINT message, WPARAM wide, LPARAM other) {
    switch (message) {
        case WM_DRAWCLIPBOARD:
            look();
            if (nextViewer_) SendNotifyMessageW(nextViewer_, message, wide, other);
            return 0;
        case WM_CHANGECBCHAIN:
            chainChanged(reinterpret_cast<HWND>(wide), reinterpret_cast<HWND>(other));
            return 0;
        case WM_RENDERFORMAT:
            render(static_cast<UINT>(wide));
            return 0;
        case WM_TIMER:
            if (wide == lookTimer) look();
            else if (wide == tellTimer) tellNow();
            else placeOffer();
            return 0;
        default:
            return DefWindowProcW(window_.get(), message, wide, other);
    }
}

void ClipboardThread::chainChanged(HWND removed, HWND next) {
    if (removed == nextViewer_) nextViewer_ = next;
    else if (nextViewer_) {
        SendNotifyMessageW(nextViewer_, WM_CHANGECBCHAIN, reinterpret_cast<WPARAM>(removed),
                           reinterpret_cast<LPARAM>(next));
    }
}

bool ClipboardThread::isOwn() const { return window_ && GetClipboardOwner() == window_.get(); }

void ClipboardThread::look() {
    const uint32_t sequence = GetClipboardSequenceNumber();
    if (sequence == lastSequence_) return;
    lastSequence_ = sequence;
    const uint64_t now = nowMs();
    if (now - toldMs_ >= tellEachMs) tellNow();
    else tellLater();
}

// What came from the host is not offered back.
void ClipboardThread::tellNow() {
    KillTimer(window_.get(), tellTimer);
    if (isLooking_) return tellLater();
    isLooking_ = true;
    const bool isPicture = findsPictureInText();
    const uint32_t sequence = GetClipboardSequenceNumber();
    // Wine asks other windows for this, and handles what is sent to this one meanwhile.
    std::vector<ClipboardFormat> formats = formatsThere();
    if (isPicture && mayBePictureInText()) formats.push_back(ClipboardFormat::image);
    isLooking_ = false;
    if (isOwn()) return;
    // A program empties the clipboard before it fills it: nobody is to think that nothing is there.
    const bool wasEmpty = std::exchange(isEmpty_, formats.empty());
    if (isEmpty_ && !wasEmpty) return tellLater();
    // The host's is not put over what the user has copied here since.
    owesPlacing_ = false;
    toldMs_ = nowMs();
    offerSequence_ = sequence;
    words_.post(GuestOffer{{++offerId_, formats}});
}

bool ClipboardThread::findsPictureInText() {
    if (isOwn() || !mayBePictureInText() || !ownerAnswers()) return false;
    const OpenedClipboard clipboard(window_.get(), openWithinMs);
    const bool found = clipboard && isPictureInText();
    // What a program makes only now may count as a change: it is still what is looked at.
    if (clipboard) lastSequence_ = GetClipboardSequenceNumber();
    return found;
}

void ClipboardThread::tellLater() { SetTimer(window_.get(), tellTimer, static_cast<UINT>(tellEachMs), nullptr); }

void ClipboardThread::take(const TakeOffer& job) {
    hosts_ = job.offer;
    owesPlacing_ = window_ && (!hosts_.formats.empty() || isOwn());
    placingDueMs_ = nowMs() + placeWithinMs;
    placeOffer();
}

void ClipboardThread::placeOffer() {
    KillTimer(window_.get(), placeTimer);
    if (!owesPlacing_) return;
    const OpenedClipboard clipboard(window_.get());
    if (!clipboard) {
        owesPlacing_ = nowMs() < placingDueMs_;
        if (owesPlacing_) SetTimer(window_.get(), placeTimer, placeMs, nullptr);
        else log_.write(LogLevel::warn, "clipboard: another program does not let it go");
        return;
    }
    owesPlacing_ = false;
    EmptyClipboard();
    // Without content: Windows asks for it when a program does.
    for (const ClipboardFormat format : hosts_.formats) {
        for (const UINT number : windowsFormats(format)) SetClipboardData(number, nullptr);
    }
    const auto& formats = hosts_.formats;
    if (std::find(formats.begin(), formats.end(), ClipboardFormat::files) != formats.end()) sayThatFilesAreCopied();
    lastSequence_ = GetClipboardSequenceNumber();
}

void ClipboardThread::take(const ReadContent& job) {
    const auto& [requestId, offerId, format] = job.request;
    ContentRead word{job.connection, requestId, std::nullopt, ClipboardRefusalReason::gone};
    const bool isThere = offerId == offerId_ && offerSequence_ == GetClipboardSequenceNumber() && !isOwn();
    if (isThere) {
        bool tooLarge = false;
        word.content = readNow(format, tooLarge);
        // Others may have the clipboard while the disk is looked at.
        if (word.content && format == ClipboardFormat::files) {
            const std::function<void()> onProgress = [this, &job, toldMs = nowMs()]() mutable {
                if (nowMs() - toldMs < progressEachMs) return;
                toldMs = nowMs();
                words_.post(ReadProgress{job.connection, job.request.requestId});
            };
            word.content = lendCopied(*word.content, loans_, tooLarge, onProgress);
        }
        word.reason = tooLarge ? ClipboardRefusalReason::tooLarge : ClipboardRefusalReason::failed;
    }
    words_.post(std::move(word));
}

std::optional<std::string> ClipboardThread::readNow(ClipboardFormat format, bool& tooLarge) {
    const OpenedClipboard clipboard(window_.get(), openWithinMs);
    std::optional<std::string> content;
    if (clipboard && ownerAnswers()) content = readClipboard(format, tooLarge);
    // What a program makes only now may count as a change: it is still what was offered.
    if (clipboard) lastSequence_ = offerSequence_ = GetClipboardSequenceNumber();
    return content;
}

// A program waits for this, and with it whoever wants the clipboard: never longer than the host speaks.
void ClipboardThread::render(UINT asked) {
    const auto format = formatOf(asked);
    if (!format) return;
    const uint32_t pasteId = ++lastPasteId_;
    words_.post(ContentWanted{pasteId, hosts_.offerId, *format});
    const bool isFiles = *format == ClipboardFormat::files;
    const uint64_t silenceMs = isFiles ? hostSilenceOfFilesMs : hostSilenceMs;
    const uint64_t begunMs = nowMs(), lastMs = begunMs + (isFiles ? wholePasteOfFilesMs : wholePasteMs);
    uint64_t heardMs = begunMs;
    const HANDLE events[] = {stop_, answers_.event()};
    for (;;) {
        const uint64_t now = nowMs();
        const uint64_t dueMs = std::min(heardMs + silenceMs, lastMs);
        if (now >= dueMs) break;
        const DWORD came = WaitForMultipleObjects(2, events, FALSE, static_cast<DWORD>(dueMs - now));
        if (came != WAIT_OBJECT_0 + 1) break;
        for (PasteAnswer& answer : answers_.take()) {
            if (answer.pasteId != pasteId) continue;
            heardMs = nowMs();
            if (!answer.isEnd) continue;
            if (isFiles && answer.content) answer.content = dropOfCopied(localAppData(), *answer.content);
            if (answer.content && !putOnClipboard(asked, *answer.content)) {
                log_.write(LogLevel::warn, "clipboard: what was pasted has no room");
            }
            return;
        }
    }
    log_.write(LogLevel::warn, "clipboard: the host did not send what was pasted");
    words_.post(ContentUnwanted{});
}

}  // namespace xpane
