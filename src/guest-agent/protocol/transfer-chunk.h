// A piece of a file's content (src/guest-bridge/protocol/BINARY.md, kind 16), both ways.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace xpane {

constexpr size_t chunkHeaderBytes = 16;

struct TransferChunk {
    uint32_t transferId = 0;
    int64_t offset = 0;  // bytes of the transfer's content before it
    std::string_view data;
};

// Nothing if the message breaks the protocol. `data` points into the message.
std::optional<TransferChunk> readChunk(std::string_view message);
// The message with its header written and room for `dataBytes` of content behind it.
std::vector<uint8_t> chunkMessage(uint32_t transferId, int64_t offset, size_t dataBytes);

}  // namespace xpane
