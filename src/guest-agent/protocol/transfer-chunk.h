// A piece of content (src/guest-bridge/protocol/BINARY.md), both ways: of a file (kind 16) or of a clipboard (kind 17).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace xpane {

constexpr size_t chunkHeaderBytes = 16;

constexpr uint8_t kindFileChunk = 16, kindClipboardChunk = 17;

struct TransferChunk {
    uint32_t transferId = 0;  // of a clipboard, the request's
    int64_t offset = 0;  // bytes of the transfer's content before it
    std::string_view data;
};

// Nothing if the message breaks the protocol. `data` points into the message.
std::optional<TransferChunk> readChunk(std::string_view message, uint8_t kind = kindFileChunk);
// The message with its header written and room for `dataBytes` of content behind it.
std::vector<uint8_t> chunkMessage(uint32_t transferId, int64_t offset, size_t dataBytes,
                                  uint8_t kind = kindFileChunk);

}  // namespace xpane
