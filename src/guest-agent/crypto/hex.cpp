#include "crypto/hex.h"

#include <algorithm>

namespace xpane {
namespace {

constexpr char digits[] = "0123456789abcdef";

bool isDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
int valueOf(char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; }

}  // namespace

std::string hexOf(std::string_view bytes) {
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        hex.push_back(digits[(byte >> 4) & 15]);
        hex.push_back(digits[byte & 15]);
    }
    return hex;
}

std::string hexOf(uint64_t value) {
    std::string hex;
    for (int shift = 60; shift >= 0; shift -= 4) hex.push_back(digits[(value >> shift) & 15]);
    return hex;
}

std::optional<std::string> bytesOfHex(std::string_view hex) {
    if (hex.size() % 2 != 0 || !isLowerHex(hex, hex.size())) return std::nullopt;
    std::string bytes;
    bytes.reserve(hex.size() / 2);
    for (size_t i = 0; i < hex.size(); i += 2) {
        bytes.push_back(static_cast<char>(valueOf(hex[i]) * 16 + valueOf(hex[i + 1])));
    }
    return bytes;
}

bool isLowerHex(std::string_view text, size_t count) {
    return text.size() == count && std::all_of(text.begin(), text.end(), isDigit);
}

}  // namespace xpane
