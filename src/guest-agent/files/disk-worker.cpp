#include "files/disk-worker.h"

#include <algorithm>

#include "loans/returned-file.h"
#include "protocol/limits.h"
#include "win/clock.h"

namespace xpane {
namespace {

constexpr uint64_t lookAgainMs = 1000;    // while there are documents: Windows does not tell of programs that end
constexpr uint64_t unsettledMs = 150;     // while something waits to be told
constexpr uint64_t afterChangeMs = 30;    // changes come in flocks
// Times as long as the look took: a fifth of a processor while something waits, then a twentieth.
constexpr uint64_t restWhileUnsettled = 4, restForLooking = 20;
constexpr uint64_t claimAgainMs = 3000;   // on a file that nobody seems to use
constexpr int64_t acknowledgementsInAWindow = 8;
constexpr int piecesInATurn = 4;          // a look at the mailbox costs as much as a piece

}  // namespace

DiskWorker::DiskWorker(const std::wstring& base, LoanTable& loans, Mailbox<FileJob>& jobs, Mailbox<FileWord>& words)
    : loans_(loans), jobs_(jobs), words_(words), store_(base), watch_(store_.root()), shares_(store_) {}

void DiskWorker::run(HANDLE stop) {
    // Before the first put: no other thread writes there.
    loans_.removeLeftovers();
    while (wait(stop)) {
        for (FileJob& job : jobs_.take()) {
            std::visit([this](auto& one) { handle(one); }, job);
        }
        for (int i = 0; i < piecesInATurn && sends(); ++i) sendSome();
        if (nowMs() >= lookAtMs_) look();
    }
}

// False when it is time to stop.
bool DiskWorker::wait(HANDLE stop) {
    const HANDLE events[] = {stop, jobs_.event(), watch_.event()};
    const uint64_t now = nowMs();
    DWORD waitMs = INFINITE;
    if (lookAtMs_ != UINT64_MAX) waitMs = lookAtMs_ <= now ? 0 : static_cast<DWORD>(lookAtMs_ - now);
    if (sends()) waitMs = 0;
    const DWORD came = WaitForMultipleObjects(static_cast<DWORD>(std::size(events)), events, FALSE, waitMs);
    if (came == WAIT_OBJECT_0 + 2 || WaitForSingleObject(watch_.event(), 0) == WAIT_OBJECT_0) {
        watch_.again();
        lookSoon();
    }
    return came != WAIT_OBJECT_0;
}

void DiskWorker::handle(HostChanged& job) {
    connection_ = job.connection;
    windowBytes_ = job.windowBytes;
    puts_.clear();
    acknowledged_.clear();
    gets_.clear();
    owesAllTold_ = connection_ != 0;
    if (connection_ == 0) {
        lookAtMs_ = UINT64_MAX;
        return;
    }
    settling_.tellAll();
    look();
}

void DiskWorker::handle(FilePut& job) {
    const uint32_t id = job.transferId;
    beginPut(id, std::make_unique<IncomingFile>(store_, std::move(job)));
}

void DiskWorker::handle(LoanPut& job) {
    const auto path = loans_.pathOf(job.loanId);
    if (!path) return end(job.transferId, {TransferOutcome::notFound, ERROR_FILE_NOT_FOUND});
    // Both would write into the same file beside it.
    const bool underWay = std::any_of(puts_.begin(), puts_.end(), [&job](const auto& put) {
        return !put.second->isDocument() && put.second->file().documentId == job.loanId;
    });
    if (underWay) return end(job.transferId, {TransferOutcome::inUse, ERROR_SHARING_VIOLATION});
    beginPut(job.transferId, std::make_unique<ReturnedFile>(store_, loans_, job, *path));
}

void DiskWorker::beginPut(uint32_t transferId, std::unique_ptr<IncomingFile> put) {
    const TransferStep step = put->begin();
    if (step.outcome != TransferOutcome::done) return end(transferId, step);
    puts_[transferId] = std::move(put);
    acknowledged_[transferId] = 0;
    if (puts_[transferId]->isWhole()) finishPut(transferId);
}

void DiskWorker::handle(TransferChunk& job) {
    const auto found = puts_.find(job.transferId);
    if (found == puts_.end()) return;
    IncomingFile& put = *found->second;
    const TransferStep step = put.take(job.data());
    if (step.outcome != TransferOutcome::done) {
        puts_.erase(found);
        acknowledged_.erase(job.transferId);
        return end(job.transferId, step);
    }
    int64_t& acknowledged = acknowledged_[job.transferId];
    if ((put.takenBytes() - acknowledged) * acknowledgementsInAWindow >= windowBytes_) {
        acknowledged = put.takenBytes();
        words_.post({connection_, FileWord::Kind::taken, job.transferId, acknowledged,
                     transferAckMessage(job.transferId, acknowledged), {}});
    }
    if (put.isWhole()) finishPut(job.transferId);
}

void DiskWorker::finishPut(uint32_t transferId) {
    FileState state;
    const FileName file = puts_.at(transferId)->file();
    const bool isDocument = puts_.at(transferId)->isDocument();
    const TransferStep step = puts_.at(transferId)->finish(state);
    puts_.erase(transferId);
    acknowledged_.erase(transferId);
    if (step.outcome != TransferOutcome::done) return end(transferId, step);
    if (isDocument) tell({settling_.made(file, state, nowMs())});
    endDone(transferId, state.stamp);
    if (isDocument) lookSoon();
}

void DiskWorker::handle(FileGet& job) { beginGet(job.transferId, job.file, store_.pathOf(job.file)); }

void DiskWorker::handle(LoanGet& job) {
    const auto path = loans_.readableAt(job.loanId);
    if (!path) return end(job.transferId, {TransferOutcome::notFound, ERROR_FILE_NOT_FOUND});
    beginGet(job.transferId, {job.loanId, {}}, ofAnyLength(*path));
}

void DiskWorker::handle(PathGet& job) { beginGet(job.transferId, {}, job.path); }

void DiskWorker::beginGet(uint32_t transferId, FileName file, std::wstring path) {
    auto get = std::make_unique<OutgoingFile>(std::move(file), std::move(path), windowBytes_);
    const TransferStep step = get->begin();
    if (step.outcome != TransferOutcome::done) return end(transferId, step);
    say(transferBeginMessage(transferId, get->state()));
    gets_[transferId] = std::move(get);
}

void DiskWorker::handle(TransferAck& job) {
    const auto found = gets_.find(job.transferId);
    if (found != gets_.end()) found->second->acknowledge(job.bytes);
}

void DiskWorker::handle(TransferCancel& job) {
    acknowledged_.erase(job.transferId);
    if (puts_.erase(job.transferId) + gets_.erase(job.transferId) == 0) return;
    end(job.transferId, {TransferOutcome::cancelled, 0});
}

void DiskWorker::handle(DocumentForget& job) {
    const bool gone = !isDocumentInUse(job.documentId) && store_.remove(job.documentId, job.expect);
    if (gone) tell(settling_.forget(job.documentId));
    say(documentForgottenMessage(job.documentId, gone));
}

void DiskWorker::handle(DocumentOpened& job) {
    use_.opened(job.documentId, std::move(job.process));
    lookSoon();
}

void DiskWorker::handle(ShareStep& job) {
    const TransferStep step = shares_.run(job);
    say(shareResultMessage(job.requestId, step.outcome, step.systemError));
    lookSoon();
}

bool DiskWorker::sends() const {
    return std::any_of(gets_.begin(), gets_.end(),
                       [](const auto& get) { return get.second->maySend() || get.second->isWhole(); });
}

// One piece of each, then others get their turn.
void DiskWorker::sendSome() {
    for (auto entry = gets_.begin(); entry != gets_.end();) {
        const uint32_t id = entry->first;
        OutgoingFile& get = *entry->second;
        TransferStep step;
        if (get.isWhole()) {
            step = get.finish();
            if (step.outcome == TransferOutcome::done) endDone(id, get.state().stamp);
        } else if (get.maySend()) {
            FileWord piece{connection_, FileWord::Kind::sent, id, 0, nullptr, {}};
            step = get.read(id, piece.binary);
            piece.bytes = get.sentBytes();
            if (step.outcome == TransferOutcome::done) {
                words_.post(std::move(piece));
                ++entry;
                continue;
            }
        } else {
            ++entry;
            continue;
        }
        if (step.outcome != TransferOutcome::done) end(id, step);
        entry = gets_.erase(entry);
    }
}

bool DiskWorker::isMoving(const FileName& file) const {
    const auto is = [&file](const auto& transfer) { return transfer.second->file() == file; };
    return std::any_of(gets_.begin(), gets_.end(), is);
}

bool DiskWorker::isDocumentInUse(const std::string& documentId) {
    const auto is = [&documentId](const auto& transfer) { return transfer.second->file().documentId == documentId; };
    if (std::any_of(gets_.begin(), gets_.end(), is) || std::any_of(puts_.begin(), puts_.end(), is)) return true;
    use_.look();
    if (use_.isOpened(documentId)) return true;
    const auto files = store_.list();
    return std::any_of(files.begin(), files.end(), [this, &documentId](const auto& entry) {
        return entry.first.documentId == documentId && (use_.isNamed(entry.first) || claimsOn(entry.second).open);
    });
}

void DiskWorker::lookSoon() {
    if (connection_ == 0) return;
    const uint64_t earliest = lookedMs_ + std::max(unsettledMs, restWhileUnsettled * lookTookMs_);
    lookAtMs_ = std::min(lookAtMs_, std::max(nowMs() + afterChangeMs, earliest));
}

void DiskWorker::look() {
    const uint64_t start = nowMs();
    const auto files = store_.list();
    SeenFiles seen;
    if (!files.empty()) use_.look();
    for (const auto& [file, path] : files) {
        const bool shared = shares_.isShare(file.documentId);
        const auto state = shared ? known_.at(file, path, start) : stateAt(path);
        if (state) seen.emplace(file, seenAt(file, path, *state));
    }
    known_.keepOnly(seen);
    for (auto entry = claimed_.begin(); entry != claimed_.end();) {
        entry = seen.count(entry->first) == 0 ? claimed_.erase(entry) : std::next(entry);
    }
    lookedMs_ = nowMs();
    lookTookMs_ = lookedMs_ - start;
    tell(settling_.look(seen, lookedMs_));
    if (std::exchange(owesAllTold_, false)) words_.post({connection_, FileWord::Kind::allTold, 0, 0, nullptr, {}});
    if (settling_.unsettled()) {
        lookAtMs_ = lookedMs_ + std::max(unsettledMs, restWhileUnsettled * lookTookMs_);
    } else {
        lookAtMs_ = files.empty() ? UINT64_MAX : lookedMs_ + std::max(lookAgainMs, restForLooking * lookTookMs_);
    }
}

SeenFile DiskWorker::seenAt(const FileName& file, const std::wstring& path, const FileState& state) {
    Claimed& last = claimed_[file];
    const bool named = use_.isOpened(file.documentId) || use_.isNamed(file);
    const bool quiet = last.state == state && !last.claims.open && !settling_.waits(file);
    // What the host reads is open by the agent itself.
    // Of shares there may be thousands: they are claimed when they change, and when they are to be replaced.
    const bool again = lookedMs_ >= last.atMs + claimAgainMs && !shares_.isShare(file.documentId);
    if (!isMoving(file) && (!quiet || again)) {
        last = {nowMs(), state, claimsOn(path)};
    }
    return {state, last.claims.writing, named || last.claims.open};
}

void DiskWorker::tell(const std::vector<FileNews>& news) {
    for (const FileNews& one : news) {
        say(one.gone ? documentFileGoneMessage(one.file) : documentFileMessage(one.file, one.state, one.inUse));
    }
}

void DiskWorker::say(nlohmann::json message) {
    words_.post({connection_, FileWord::Kind::plain, 0, 0, std::move(message), {}});
}

void DiskWorker::end(uint32_t transferId, const TransferStep& step) {
    words_.post({connection_, FileWord::Kind::end, transferId, 0,
                 transferEndMessage(transferId, step.outcome, step.systemError), {}});
}

void DiskWorker::endDone(uint32_t transferId, uint64_t stamp) {
    words_.post({connection_, FileWord::Kind::end, transferId, 0, transferDoneMessage(transferId, stamp), {}});
}

}  // namespace xpane
