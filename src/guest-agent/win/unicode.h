// Text between Windows (UTF-16, wchar_t is 16 bits there) and everything else (UTF-8). What is not text on its way
// in (lone surrogates, broken UTF-8) becomes U+FFFD, so the result is always valid.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace xpane {

std::string utf8From(std::wstring_view text);
std::string utf8From(std::u16string_view text);
std::wstring wideFrom(std::string_view utf8);
std::u16string utf16From(std::string_view utf8);

// True for well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool isUtf8(std::string_view text);

// At most `maxUnits` UTF-16 units of the text, as the protocol counts lengths, never cut within a character.
// The text must be valid UTF-8.
std::string cutToUnits(std::string_view utf8, size_t maxUnits);

}  // namespace xpane
