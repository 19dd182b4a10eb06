#include "protocol/transfer-chunk.h"

#include <utility>

#include "protocol/limits.h"

namespace xpane {
namespace {

constexpr size_t idAt = 4, offsetAt = 8;

uint64_t littleEndian(std::string_view bytes) {
    uint64_t value = 0;
    for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
    return value;
}

}  // namespace

bool isChunk(std::string_view message, uint8_t kind) { return !message.empty() && static_cast<uint8_t>(message[0]) == kind; }

std::optional<TransferChunk> readChunk(std::string message, uint8_t kind) {
    if (message.size() <= chunkHeaderBytes || message.size() > chunkHeaderBytes + mostChunkBytes) return std::nullopt;
    // Kind, and what is reserved behind it.
    const std::string_view header(message);
    if (littleEndian(header.substr(0, idAt)) != kind) return std::nullopt;
    const auto id = static_cast<uint32_t>(littleEndian(header.substr(idAt, offsetAt - idAt)));
    const uint64_t offset = littleEndian(header.substr(offsetAt, chunkHeaderBytes - offsetAt));
    if (id == 0 || offset >= static_cast<uint64_t>(mostFileBytes)) return std::nullopt;
    return TransferChunk{id, static_cast<int64_t>(offset), std::move(message), chunkHeaderBytes};
}

std::vector<uint8_t> chunkMessage(uint32_t transferId, int64_t offset, size_t dataBytes, uint8_t kind) {
    std::vector<uint8_t> message(chunkHeaderBytes + dataBytes);
    message[0] = kind;
    for (size_t i = 0; i < 4; ++i) message[idAt + i] = static_cast<uint8_t>(transferId >> 8 * i);
    for (size_t i = 0; i < 8; ++i) message[offsetAt + i] = static_cast<uint8_t>(static_cast<uint64_t>(offset) >> 8 * i);
    return message;
}

}  // namespace xpane
