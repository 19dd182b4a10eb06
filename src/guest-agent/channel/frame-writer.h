// WebSocket frames of a server (RFC 6455, section 5): never masked, never fragmented.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace xpane {

enum class Opcode : uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

// The header alone, for a payload that follows as a chunk of its own.
std::vector<uint8_t> frameHeader(Opcode opcode, uint64_t payloadBytes);
std::vector<uint8_t> wholeFrame(Opcode opcode, std::string_view payload);
// `reason` is cut to what fits into a control frame (123 bytes); it must be ASCII.
std::vector<uint8_t> closeFrame(uint16_t code, std::string_view reason);

}  // namespace xpane
