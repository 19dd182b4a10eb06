#include "crypto/base64.h"

#include <algorithm>
#include <cstdint>

namespace xpane {
namespace {
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

std::string base64Of(std::string_view bytes) {
    std::string text;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const size_t count = std::min<size_t>(3, bytes.size() - i);
        uint32_t group = 0;
        for (size_t j = 0; j < 3; ++j) {
            group = group << 8 | (j < count ? static_cast<uint8_t>(bytes[i + j]) : 0);
        }
        for (size_t j = 0; j < 4; ++j) {
            text.push_back(j <= count ? alphabet[(group >> (18 - 6 * j)) & 63] : '=');
        }
    }
    return text;
}

bool isBase64Of(std::string_view text, size_t bytes) {
    const size_t padding = (3 - bytes % 3) % 3;
    if (text.size() != (bytes + 2) / 3 * 4) return false;
    const std::string_view digits = text.substr(0, text.size() - padding);
    return digits.find_first_not_of(alphabet) == digits.npos &&
           text.substr(digits.size()) == std::string(padding, '=');
}

}  // namespace xpane
