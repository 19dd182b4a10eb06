// The clipboard of the guest and that of its host as one: each is told what the other has, and asks for the content when
// somebody pastes. This is the main thread's part; Windows' clipboard is ClipboardThread's.
#pragma once

#include <cstdint>
#include <string>

#include "channel/outbox.h"
#include "clipboard/clipboard-words.h"
#include "clipboard/content-receiver.h"
#include "clipboard/content-sender.h"
#include "loans/loan-table.h"
#include "log/log.h"
#include "win/mailbox.h"

namespace xpane {

class Clipboard {
public:
    // Throws std::runtime_error if Windows gives no thread. `loans` outlives it.
    Clipboard(Outbox& host, LoanTable& loans, Log& log);
    ~Clipboard();
    Clipboard(const Clipboard&) = delete;
    Clipboard& operator=(const Clipboard&) = delete;

    void connected();
    void disconnected();

    // Empty, or how the host broke the protocol.
    std::string handle(const ClipboardCommand& command);
    std::string receive(const TransferChunk& chunk);

    // Set while there is something to tell.
    HANDLE event() const { return words_.event(); }
    // Tells it, and as much content as the connection takes.
    void tick();

private:
    std::string take(const ClipboardOffer& offer);
    std::string take(const ClipboardRequest& request);
    std::string take(const ClipboardReply& reply) { return receiver_.receive(reply); }
    std::string take(const ClipboardRefusal& refusal) { return receiver_.receive(refusal); }
    std::string take(const ClipboardProgress& progress);
    std::string take(const ClipboardAck& ack) { return sender_.acknowledged(ack); }
    std::string take(const ClipboardCancel& cancel) { return sender_.cancelled(cancel); }
    void hear(GuestOffer& word);
    void hear(ContentRead& word);
    void hear(ReadProgress& word);
    void hear(ContentWanted& word);
    void hear(ContentUnwanted& word);
    // Tells the thread how the content that a program waits for gets on.
    void tellPasting();

    Outbox& host_;
    ContentSender sender_;
    ContentReceiver receiver_;
    uint32_t connection_ = 0, lastConnection_ = 0;  // 0: none
    uint32_t lastOfferId_ = 0;  // of the host's
    uint32_t pasteId_ = 0;      // what the receiver is at
    UniqueHandle stop_;
    Mailbox<ClipboardJob> jobs_;
    Mailbox<PasteAnswer> answers_;
    Mailbox<ClipboardWord> words_;
    UniqueHandle thread_;  // last: it uses the mailboxes
};

}  // namespace xpane
