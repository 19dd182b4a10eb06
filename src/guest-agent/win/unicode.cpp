#include "win/unicode.h"

#include <cstdint>

// Written out instead of MultiByteToWideChar: XP's neither refuses overlong forms nor all surrogates, and this
// builds and is tested on the host as well.
namespace xpane {
namespace {

constexpr char32_t replacement = 0xfffd;
constexpr char32_t invalid = 0xffffffff;

// Reads one character at `at` and moves past it; `invalid`, having moved past the broken bytes, if it is none.
char32_t nextOf(std::string_view text, size_t& at) {
    const auto lead = static_cast<uint8_t>(text[at++]);
    if (lead < 0x80) return lead;
    const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc2 || lead > 0xf4) return invalid;
    char32_t character = lead & (0x3f >> more);
    for (int i = 0; i < more; ++i) {
        if (at == text.size()) return invalid;
        const auto byte = static_cast<uint8_t>(text[at]);
        // The first continuation byte excludes overlong forms, surrogates and what is above U+10FFFF.
        const uint8_t low = i > 0 ? 0x80 : lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        const uint8_t high = i > 0 ? 0xbf : lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        if (byte < low || byte > high) return invalid;
        character = (character << 6) | (byte & 0x3f);
        ++at;
    }
    return character;
}

void append(std::string& to, char32_t character) {
    const auto byte = [&to](char32_t value) { to.push_back(static_cast<char>(value)); };
    if (character < 0x80) {
        byte(character);
    } else if (character < 0x800) {
        byte(0xc0 | (character >> 6));
        byte(0x80 | (character & 0x3f));
    } else if (character < 0x10000) {
        byte(0xe0 | (character >> 12));
        byte(0x80 | ((character >> 6) & 0x3f));
        byte(0x80 | (character & 0x3f));
    } else {
        byte(0xf0 | (character >> 18));
        byte(0x80 | ((character >> 12) & 0x3f));
        byte(0x80 | ((character >> 6) & 0x3f));
        byte(0x80 | (character & 0x3f));
    }
}

template <typename Wide>
std::string narrowed(Wide text) {
    std::string result;
    result.reserve(text.size());
    for (size_t i = 0; i < text.size(); ++i) {
        char32_t unit = static_cast<uint16_t>(text[i]);
        if (unit >= 0xd800 && unit < 0xe000) {
            const char32_t next = i + 1 < text.size() ? static_cast<uint16_t>(text[i + 1]) : 0;
            if (unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
                unit = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
                ++i;
            } else {
                unit = replacement;
            }
        }
        append(result, unit);
    }
    return result;
}

template <typename Wide>
Wide widened(std::string_view text) {
    using Unit = typename Wide::value_type;
    Wide result;
    result.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        char32_t character = nextOf(text, at);
        if (character == invalid) character = replacement;
        if (character >= 0x10000) {
            result.push_back(static_cast<Unit>(0xd800 + ((character - 0x10000) >> 10)));
            result.push_back(static_cast<Unit>(0xdc00 + (character & 0x3ff)));
        } else {
            result.push_back(static_cast<Unit>(character));
        }
    }
    return result;
}

}  // namespace

std::string utf8From(std::wstring_view text) { return narrowed(text); }
std::string utf8From(std::u16string_view text) { return narrowed(text); }
std::wstring wideFrom(std::string_view utf8) { return widened<std::wstring>(utf8); }
std::u16string utf16From(std::string_view utf8) { return widened<std::u16string>(utf8); }

bool isUtf8(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
        if (nextOf(text, at) == invalid) return false;
    }
    return true;
}

std::string cutToUnits(std::string_view utf8, size_t maxUnits) {
    size_t units = 0;
    for (size_t at = 0; at < utf8.size();) {
        const size_t start = at;
        const char32_t character = nextOf(utf8, at);
        units += character != invalid && character >= 0x10000 ? 2 : 1;
        if (units > maxUnits) return std::string(utf8.substr(0, start));
    }
    return std::string(utf8);
}

}  // namespace xpane
