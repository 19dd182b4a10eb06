#include "files/transfer-table.h"

#include "protocol/limits.h"

namespace xpane {

std::string TransferTable::begin(const FilePut& put) {
    return begin(put.transferId, {true, put.sizeBytes, 0, 0});
}

std::string TransferTable::begin(const LoanPut& put) {
    return begin(put.transferId, {true, put.sizeBytes, 0, 0});
}

std::string TransferTable::begin(const FileGet& get) { return begin(get.transferId, Transfer()); }
std::string TransferTable::begin(const LoanGet& get) { return begin(get.transferId, Transfer()); }

std::string TransferTable::begin(const PrintGet& get) { return begin(get.transferId, {}); }

std::string TransferTable::begin(uint32_t transferId, const Transfer& transfer) {
    if (transferId <= lastId_) return "a transfer's id used again";
    if (open_.size() >= mostTransfers) return "too many transfers at once";
    lastId_ = transferId;
    open_[transferId] = transfer;
    return {};
}

std::string TransferTable::acknowledge(const TransferAck& ack) {
    if (ack.transferId > lastId_) return "an acknowledgement of no transfer";
    const auto found = open_.find(ack.transferId);
    if (found == open_.end()) return {};
    Transfer& get = found->second;
    if (get.isPut || ack.bytes > get.movedBytes || ack.bytes < get.acknowledgedBytes) {
        return "an acknowledgement of what was not sent";
    }
    get.acknowledgedBytes = ack.bytes;
    return {};
}

std::string TransferTable::cancel(const TransferCancel& cancel) {
    return cancel.transferId > lastId_ ? "the end of no transfer" : "";
}

std::string TransferTable::receive(const TransferChunk& chunk) {
    if (chunk.transferId > lastId_) return "a piece of no transfer";
    const auto found = open_.find(chunk.transferId);
    if (found == open_.end()) return {};
    Transfer& put = found->second;
    const auto size = static_cast<int64_t>(chunk.data().size());
    if (!put.isPut) return "a piece of what the host asked for itself";
    if (chunk.offset != put.movedBytes) return "a piece of a file out of order";
    if (size > put.sizeBytes - put.movedBytes) return "more of a file than was announced";
    put.movedBytes += size;
    if (put.movedBytes - put.acknowledgedBytes > windowBytes_) return "more of a file than the window";
    return {};
}

void TransferTable::taken(uint32_t transferId, int64_t bytes) {
    const auto found = open_.find(transferId);
    if (found != open_.end()) found->second.acknowledgedBytes = bytes;
}

void TransferTable::sent(uint32_t transferId, int64_t bytes) {
    const auto found = open_.find(transferId);
    if (found != open_.end()) found->second.movedBytes = bytes;
}

void TransferTable::clear(int64_t windowBytes) {
    open_.clear();
    lastId_ = 0;
    windowBytes_ = windowBytes;
}

}  // namespace xpane
