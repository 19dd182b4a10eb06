// A piece of content (src/guest-bridge/protocol/BINARY.md), both ways: of a file (kind 16) or of a clipboard (kind 17).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xpane {

constexpr size_t chunkHeaderBytes = 16;

constexpr uint8_t kindFileChunk = 16, kindClipboardChunk = 17;

struct TransferChunk {
    uint32_t transferId = 0;  // of a clipboard, the request's
    int64_t offset = 0;  // bytes of the transfer's content before it
    // The message that it came in: content is large, and goes to who writes it without a copy.
    std::string message;
    size_t dataAt = 0;

    std::string_view data() const { return std::string_view(message).substr(dataAt); }
};

bool isChunk(std::string_view message, uint8_t kind);
// Nothing if the message breaks the protocol.
std::optional<TransferChunk> readChunk(std::string message, uint8_t kind = kindFileChunk);
// The message with its header written and room for `dataBytes` of content behind it.
std::vector<uint8_t> chunkMessage(uint32_t transferId, int64_t offset, size_t dataBytes,
                                  uint8_t kind = kindFileChunk);

}  // namespace xpane
