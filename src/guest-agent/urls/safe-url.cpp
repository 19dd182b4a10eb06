#include "urls/safe-url.h"

#include <algorithm>

namespace xpane {
namespace {

constexpr std::string_view schemes[] = {"http", "https", "ftp", "mailto"};
constexpr std::string_view unsafe = "\"<>\\^`{|}";

bool isSafe(char character) {
    return character > 0x20 && character < 0x7f && unsafe.find(character) == unsafe.npos;
}

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

}  // namespace

std::string schemeOf(std::string_view url) {
    std::string scheme(url.substr(0, std::min(url.find(':'), url.size())));
    std::transform(scheme.begin(), scheme.end(), scheme.begin(), lower);
    return scheme;
}

bool isSafeUrl(std::string_view url) {
    const size_t colon = url.find(':');
    return colon != url.npos && url.size() > colon + 1 && url.size() <= mostUrlLength &&
           std::find(std::begin(schemes), std::end(schemes), url.substr(0, colon)) != std::end(schemes) &&
           std::all_of(url.begin(), url.end(), isSafe);
}

std::optional<std::string> safeUrlOf(std::string_view asked) {
    constexpr char digits[] = "0123456789ABCDEF";
    const std::string scheme = schemeOf(asked);
    std::string safe = scheme;
    if (asked.size() > mostUrlLength) return std::nullopt;
    for (const char character : asked.substr(scheme.size())) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte == 0x7f) return std::nullopt;
        if (isSafe(character)) {
            safe += character;
        } else {
            safe += '%';
            safe += digits[byte >> 4];
            safe += digits[byte & 15];
        }
    }
    return isSafeUrl(safe) ? std::optional<std::string>(safe) : std::nullopt;
}

std::wstring commandFor(std::wstring command, std::string_view url) {
    const std::wstring wide(url.begin(), url.end());
    for (const wchar_t* mark : {L"%1", L"%l", L"%L"}) {
        const size_t at = command.find(mark);
        if (at == command.npos) continue;
        const bool quoted = at > 0 && command[at - 1] == L'"';
        return command.replace(at, 2, quoted ? wide : L"\"" + wide + L"\"");
    }
    return command + L" \"" + wide + L"\"";
}

}  // namespace xpane
