#include "clipboard/picture-in-text.h"

#include <cstdint>
#include <cstring>

namespace xpane {
namespace {

constexpr uint32_t recordHeader = 1, recordStretchDibits = 81;
constexpr size_t recordPrefixBytes = 8, stretchDibitsBytes = 80, signatureAt = 40;
constexpr uint32_t signature = 0x464d4520;
// The replacement character of an object, see RichEdit.
constexpr wchar_t objectCharacter = 0xfffc;

bool isLetter(char c) { return c >= 'a' && c <= 'z'; }
bool isBlank(char c) { return c == ' ' || c == '\r' || c == '\n'; }

int digitOf(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// A control word, its number, and the blank that ends it.
size_t afterControlWord(std::string_view rtf, size_t at) {
    while (++at < rtf.size() && isLetter(rtf[at])) {
    }
    while (at < rtf.size() && (rtf[at] == '-' || (rtf[at] >= '0' && rtf[at] <= '9'))) ++at;
    return at;
}

uint32_t numberAt(std::string_view bytes, size_t at) {
    uint32_t number = 0;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return number;
}

std::optional<std::string> bitmapOf(std::string_view record) {
    if (record.size() < stretchDibitsBytes) return std::nullopt;
    const auto part = [record](size_t at) -> std::string_view {
        const uint32_t offset = numberAt(record, at), size = numberAt(record, at + 4);
        const bool isInside = offset <= record.size() && size <= record.size() - offset;
        return isInside ? record.substr(offset, size) : std::string_view();
    };
    const std::string_view header = part(48), bits = part(56);
    if (header.empty() || bits.empty()) return std::nullopt;
    return std::string(header).append(bits);
}

}  // namespace

std::optional<std::string> metafileInRtf(std::string_view rtf) {
    constexpr std::string_view word = "\\emfblip";
    size_t at = rtf.find(word);
    if (at == rtf.npos) return std::nullopt;
    while (at < rtf.size() && (rtf[at] == '\\' || isBlank(rtf[at]))) {
        at = rtf[at] == '\\' ? afterControlWord(rtf, at) : at + 1;
    }
    std::string metafile;
    int high = -1;
    for (; at < rtf.size() && rtf[at] != '}'; ++at) {
        if (isBlank(rtf[at])) continue;
        const int digit = digitOf(rtf[at]);
        if (digit < 0) return std::nullopt;
        if (high >= 0) metafile.push_back(static_cast<char>(high * 16 + digit));
        high = high < 0 ? digit : -1;
    }
    return metafile;
}

std::optional<std::string> bitmapInMetafile(std::string_view metafile) {
    if (metafile.size() < signatureAt + 4 || numberAt(metafile, 0) != recordHeader ||
        numberAt(metafile, signatureAt) != signature) {
        return std::nullopt;
    }
    std::optional<std::string> bitmap;
    size_t at = 0;
    while (metafile.size() - at >= recordPrefixBytes) {
        const uint32_t type = numberAt(metafile, at), size = numberAt(metafile, at + 4);
        if (size < recordPrefixBytes || size > metafile.size() - at) return std::nullopt;
        if (type == recordStretchDibits) {
            if (bitmap) return std::nullopt;
            bitmap = bitmapOf(metafile.substr(at, size));
        }
        at += size;
    }
    return bitmap;
}

bool isPlaceOfPicture(std::wstring_view text) {
    for (const wchar_t unit : text) {
        if (unit != L' ' && unit != L'\r' && unit != L'\n' && unit != objectCharacter) return false;
    }
    return true;
}

}  // namespace xpane
