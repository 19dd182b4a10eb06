// Base64 (RFC 4648, section 4), for the WebSocket handshake.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace xpane {

std::string base64Of(std::string_view bytes);
// True if the text is the padded base64 of exactly `bytes` bytes.
bool isBase64Of(std::string_view text, size_t bytes);

}  // namespace xpane
