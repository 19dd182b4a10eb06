#include "files/outgoing-file.h"

#include <algorithm>

#include "files/disk.h"
#include "protocol/limits.h"
#include "protocol/transfer-chunk.h"

namespace xpane {
namespace {

constexpr DWORD denyWriting = FILE_SHARE_READ | FILE_SHARE_DELETE;
constexpr DWORD denyNothing = denyWriting | FILE_SHARE_WRITE;

TransferStep failed(DWORD error = GetLastError()) { return {transferOutcomeOf(error), error}; }

}  // namespace

bool OutgoingFile::maySend() const {
    return sentBytes_ - acknowledgedBytes_ + static_cast<int64_t>(mostChunkBytes) <= windowBytes_;
}

TransferStep OutgoingFile::begin() {
    // Denying others is the proof that nobody writes; for as long as it takes to open the file once more.
    const UniqueHandle proof = openFile(path_, GENERIC_READ, denyWriting, OPEN_EXISTING);
    if (!proof) return failed();
    content_ = openFile(path_, GENERIC_READ, denyNothing, OPEN_EXISTING);
    if (!content_) return failed();
    const auto state = stateOf(content_.get());
    if (!state) return failed(ERROR_ACCESS_DENIED);
    if (state->sizeBytes > mostFileBytes) return {TransferOutcome::tooLarge, 0};
    state_ = *state;
    return {};
}

TransferStep OutgoingFile::read(uint32_t transferId, std::vector<uint8_t>& message) {
    const auto wanted = static_cast<DWORD>(
        std::min<int64_t>(static_cast<int64_t>(mostChunkBytes), state_.sizeBytes - sentBytes_));
    message = chunkMessage(transferId, sentBytes_, wanted);
    DWORD read = 0;
    if (!ReadFile(content_.get(), message.data() + chunkHeaderBytes, wanted, &read, nullptr)) return failed();
    // It was cut off meanwhile.
    if (read != wanted) return {TransferOutcome::changed, 0};
    sentBytes_ += read;
    return {};
}

TransferStep OutgoingFile::finish() const {
    const UniqueHandle proof = openFile(path_, GENERIC_READ, denyWriting, OPEN_EXISTING);
    const auto state = proof ? stateOf(proof.get()) : std::nullopt;
    return state && *state == state_ ? TransferStep{} : TransferStep{TransferOutcome::changed, 0};
}

}  // namespace xpane
