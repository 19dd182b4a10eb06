// Control messages to the host about documents and their files (src/guest-bridge/protocol/file-messages.ts).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "protocol/commands.h"

namespace xpane {

// What a file is at one moment.
struct FileState {
    uint64_t stamp = 0;  // of size, time and place on the disk
    int64_t sizeBytes = 0, modifiedUnixMs = 0;
};
inline bool operator==(const FileState& a, const FileState& b) {
    return a.stamp == b.stamp && a.sizeBytes == b.sizeBytes && a.modifiedUnixMs == b.modifiedUnixMs;
}

enum class TransferOutcome { done, cancelled, inUse, changed, notFound, noRoom, tooLarge, accessDenied, failed };
const char* nameOf(TransferOutcome outcome);

nlohmann::json documentFileMessage(const FileName& file, const FileState& state, bool inUse);
nlohmann::json documentFileGoneMessage(const FileName& file);
nlohmann::json transferBeginMessage(uint32_t transferId, const FileState& state);
nlohmann::json transferAckMessage(uint32_t transferId, int64_t bytes);
nlohmann::json transferDoneMessage(uint32_t transferId, uint64_t stamp);
nlohmann::json transferEndMessage(uint32_t transferId, TransferOutcome outcome, uint32_t systemError);
// An answer to a ShareStep (src/guest-bridge/protocol/share-messages.ts).
nlohmann::json shareResultMessage(uint32_t requestId, TransferOutcome outcome, uint32_t systemError);
nlohmann::json documentForgottenMessage(const std::string& documentId, bool gone);
nlohmann::json loanOfferMessage(const std::string& loanId, const std::string& name);

}  // namespace xpane
