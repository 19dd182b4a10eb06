// Lower-case hex, as the protocol writes bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xpane {

std::string hexOf(std::string_view bytes);
// 16 digits, most significant first.
std::string hexOf(uint64_t value);
// Nothing unless it is an even number of lower-case digits. The bytes, as a string may hold any.
std::optional<std::string> bytesOfHex(std::string_view hex);
bool isLowerHex(std::string_view text, size_t digits);

}  // namespace xpane
