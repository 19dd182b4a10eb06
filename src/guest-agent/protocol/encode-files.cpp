#include "protocol/encode-files.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/hex.h"
#include "protocol/limits.h"

namespace xpane {

using nlohmann::json;

namespace {

// What the protocol has no words for: a file of 1980, a disk larger than any.
int64_t wireTime(int64_t unixMs) { return std::clamp(unixMs, earliestUnixMs, latestUnixMs); }
int64_t wireSize(int64_t bytes) { return std::clamp<int64_t>(bytes, 0, mostFileBytes); }

}  // namespace

const char* nameOf(TransferOutcome outcome) {
    switch (outcome) {
        case TransferOutcome::done: return "done";
        case TransferOutcome::cancelled: return "cancelled";
        case TransferOutcome::inUse: return "in-use";
        case TransferOutcome::changed: return "changed";
        case TransferOutcome::notFound: return "not-found";
        case TransferOutcome::noRoom: return "no-room";
        case TransferOutcome::tooLarge: return "too-large";
        case TransferOutcome::accessDenied: return "access-denied";
        case TransferOutcome::failed: break;
    }
    return "failed";
}

json documentFileMessage(const FileName& file, const FileState& state, bool inUse) {
    return {{"type", "document-file"},
            {"documentId", file.documentId},
            {"path", file.path},
            {"stamp", hexOf(state.stamp)},
            {"sizeBytes", wireSize(state.sizeBytes)},
            {"modifiedUnixMs", wireTime(state.modifiedUnixMs)},
            {"inUse", inUse}};
}

json documentFileGoneMessage(const FileName& file) {
    return {{"type", "document-file-gone"}, {"documentId", file.documentId}, {"path", file.path}};
}

json transferBeginMessage(uint32_t transferId, const FileState& state) {
    return {{"type", "transfer-begin"},
            {"transferId", transferId},
            {"sizeBytes", wireSize(state.sizeBytes)},
            {"modifiedUnixMs", wireTime(state.modifiedUnixMs)},
            {"stamp", hexOf(state.stamp)}};
}

json transferAckMessage(uint32_t transferId, int64_t bytes) {
    return {{"type", "transfer-ack"}, {"transferId", transferId}, {"bytes", bytes}};
}

json transferDoneMessage(uint32_t transferId, uint64_t stamp) {
    json message = transferEndMessage(transferId, TransferOutcome::done, 0);
    message["stamp"] = hexOf(stamp);
    return message;
}

json transferEndMessage(uint32_t transferId, TransferOutcome outcome, uint32_t systemError) {
    return {{"type", "transfer-end"},
            {"transferId", transferId},
            {"outcome", nameOf(outcome)},
            {"systemError", systemError}};
}

json shareResultMessage(uint32_t requestId, TransferOutcome outcome, uint32_t systemError) {
    return {{"type", "share-result"},
            {"requestId", requestId},
            {"outcome", nameOf(outcome)},
            {"systemError", systemError}};
}

json documentForgottenMessage(const std::string& documentId, bool gone) {
    return {{"type", "document-forgotten"}, {"documentId", documentId}, {"gone", gone}};
}

json loanOfferMessage(const std::string& loanId, const std::string& name) {
    return {{"type", "loan-offer"}, {"loanId", loanId}, {"name", name}};
}

}  // namespace xpane
