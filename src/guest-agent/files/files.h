// Files of the host that live in the guest as documents: takes them, gives them back, opens them, and tells what
// becomes of them. This is the main thread's part; the disk is DiskWorker's.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "channel/outbox.h"
#include "files/file-jobs.h"
#include "files/transfer-table.h"
#include "loans/loan-table.h"
#include "protocol/encode.h"
#include "win/mailbox.h"

namespace xpane {

class Files {
public:
    // Throws std::runtime_error if Windows gives no thread.
    // `loans` outlives it.
    Files(Outbox& host, LoanTable& loans);
    ~Files();
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    // `windowBytes`: of one transfer, sent and not acknowledged.
    void connected(int64_t windowBytes);
    void disconnected();
    // False: this user has no place for files.
    bool works() const { return !base_.empty(); }
    // The host has been told of every file that was there when it came.
    bool hasToldAll() const { return hasToldAll_; }

    // Empty, or how the host broke the protocol. FileOpen is the launcher's, FileDrop the desktop's, LoanCommand the
    // loans'.
    std::string handle(const FileCommand& command);
    std::string receive(TransferChunk chunk);

    // What to open for it; nothing for what is a program.
    std::optional<std::wstring> pathToOpen(const FileName& file) const;
    void opening(uint32_t requestId, const FileName& file) { openings_.emplace(requestId, file.documentId); }
    // The result of any start.
    void launched(const LaunchResult& result);

    // Set while there is something to tell.
    HANDLE event() const { return words_.event(); }
    // Tells as much of it as the connection takes.
    void tick();

private:
    std::string check(const FilePut& put) { return transfers_.begin(put); }
    std::string check(const FileGet& get) { return transfers_.begin(get); }
    std::string check(const PrintGet& get) { return transfers_.begin(get); }
    std::string check(const TransferAck& ack) { return transfers_.acknowledge(ack); }
    std::string check(const TransferCancel& cancel) { return transfers_.cancel(cancel); }
    std::string check(const DocumentForget&) { return {}; }
    std::string check(const LoanPut& put) { return transfers_.begin(put); }
    std::string check(const LoanGet& get) { return transfers_.begin(get); }
    std::string check(const ShareStep&) { return {}; }
    template <typename Command>
    void post(const Command& command) { jobs_.post(command); }
    void post(const PrintGet& get);
    void take(FileWord word);
    bool say(FileWord& word);

    Outbox& host_;
    const std::wstring base_;
    const std::u16string programs_;  // PATHEXT
    TransferTable transfers_;
    std::multimap<uint32_t, std::string> openings_;  // documents, by request
    uint32_t connection_ = 0, lastConnection_ = 0;
    bool hasToldAll_ = false;
    std::deque<FileWord> toSay_;
    UniqueHandle stop_;
    Mailbox<FileJob> jobs_;
    Mailbox<FileWord> words_;
    UniqueHandle thread_;  // last: it uses the mailboxes
};

}  // namespace xpane
