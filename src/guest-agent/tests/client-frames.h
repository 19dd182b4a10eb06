// A WebSocket client's side, for tests: its request, its masked frames, and what a server's frames say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace xpane::test {

std::string upgradeRequest(const std::string& extraHeaders = "");
// Frame as a client sends it; `final` and `opcode` as in RFC 6455.
std::string maskedFrame(uint8_t opcode, std::string_view payload, bool final = true);
inline std::string maskedText(std::string_view payload) { return maskedFrame(1, payload); }
// The payload of the first frame of a server.
std::string textIn(std::string_view frames);
// The code of the last frame, if that is a close frame; else 0.
uint16_t closeCodeIn(std::string_view frames);

}  // namespace xpane::test
