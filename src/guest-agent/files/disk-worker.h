// Everything that touches documents on the disk, on a thread of its own: so nothing here needs a lock, and neither the
// channel nor the windows wait for a disk.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "files/disk.h"
#include "files/document-store.h"
#include "files/document-use.h"
#include "files/file-jobs.h"
#include "files/folder-watch.h"
#include "files/incoming-file.h"
#include "files/outgoing-file.h"
#include "files/settling.h"
#include "loans/loan-table.h"
#include "shares/known-states.h"
#include "shares/share-steps.h"
#include "win/mailbox.h"

namespace xpane {

class DiskWorker {
public:
    // `loans`, `jobs` and `words` outlive it. All of it is used on one thread.
    DiskWorker(const std::wstring& base, LoanTable& loans, Mailbox<FileJob>& jobs, Mailbox<FileWord>& words);

    // Until `stop` is set.
    void run(HANDLE stop);

private:
    // When a file was last claimed to find out who has it open, and what came of it.
    struct Claimed {
        uint64_t atMs = 0;
        FileState state;
        FileClaims claims;
    };

    bool wait(HANDLE stop);
    void handle(HostChanged& job);
    void handle(FilePut& job);
    void handle(TransferChunk& job);
    void handle(FileGet& job);
    void handle(TransferAck& job);
    void handle(TransferCancel& job);
    void handle(DocumentForget& job);
    void handle(DocumentOpened& job);
    void handle(LoanGet& job);
    void handle(LoanPut& job);
    void handle(PathGet& job);
    void handle(ShareStep& job);

    void beginPut(uint32_t transferId, std::unique_ptr<IncomingFile> put);
    void beginGet(uint32_t transferId, FileName file, std::wstring path);
    void finishPut(uint32_t transferId);
    void sendSome();
    bool sends() const;
    bool isMoving(const FileName& file) const;
    bool isDocumentInUse(const std::string& documentId);
    void lookSoon();
    void look();
    SeenFile seenAt(const FileName& file, const std::wstring& path, const FileState& state);
    void tell(const std::vector<FileNews>& news);
    void say(nlohmann::json message);
    void end(uint32_t transferId, const TransferStep& step);
    void endDone(uint32_t transferId, uint64_t stamp);

    LoanTable& loans_;
    Mailbox<FileJob>& jobs_;
    Mailbox<FileWord>& words_;
    DocumentStore store_;
    FolderWatch watch_;
    DocumentUse use_;
    ShareSteps shares_;
    KnownStates known_;
    Settling settling_;
    std::map<FileName, Claimed> claimed_;
    std::map<uint32_t, std::unique_ptr<IncomingFile>> puts_;
    std::map<uint32_t, int64_t> acknowledged_;  // of puts
    std::map<uint32_t, std::unique_ptr<OutgoingFile>> gets_;
    uint32_t connection_ = 0;
    int64_t windowBytes_ = 0;
    bool owesAllTold_ = false;
    uint64_t lookAtMs_ = UINT64_MAX, lookedMs_ = 0, lookTookMs_ = 0;
};

}  // namespace xpane
