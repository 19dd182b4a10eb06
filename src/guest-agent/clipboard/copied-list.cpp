#include "clipboard/copied-list.h"

#include <cstring>

#include "crypto/hex.h"
#include "protocol/file-name.h"
#include "protocol/limits.h"

namespace xpane {
namespace {

constexpr size_t documentIdDigits = 16;
// DROPFILES: where the paths begin, a point, whether it is outside of the client area, whether they are wide.
constexpr size_t dropHeaderBytes = 20, wideOffset = 16;

uint32_t wordAt(std::string_view bytes, size_t at) {
    uint32_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    return word;
}

// Texts that end with a zero each, and with one more. Nothing if they do not. Of too many no more than one too many.
template <typename Unit>
std::vector<std::basic_string<Unit>> listIn(std::string_view bytes) {
    std::basic_string<Unit> units(bytes.size() / sizeof(Unit), Unit());
    std::memcpy(units.data(), bytes.data(), units.size() * sizeof(Unit));
    std::vector<std::basic_string<Unit>> texts;
    for (size_t at = 0;;) {
        const size_t end = units.find(Unit(), at);
        if (end == units.npos) return {};
        if (end == at || texts.size() > mostCopiedFiles) return texts;
        texts.push_back(units.substr(at, end - at));
        at = end + 1;
    }
}

}  // namespace

std::optional<CopiedHere> readCopied(std::string_view content) {
    CopiedHere copied;
    while (!content.empty()) {
        const size_t end = content.find('\n');
        if (end == content.npos) return std::nullopt;
        const std::string line(content.substr(0, end));
        content.remove_prefix(end + 1);
        const bool isFirst = copied.documentId.empty();
        if (isFirst ? !isLowerHex(line, documentIdDigits) : !isPlainFileName(line)) return std::nullopt;
        if (isFirst) copied.documentId = line;
        else copied.names.push_back(line);
        if (copied.names.size() > mostCopiedFiles) return std::nullopt;
    }
    if (copied.names.empty()) return std::nullopt;
    return copied;
}

std::string copiedLine(const std::string& id, int64_t sizeBytes, const std::vector<std::string>& path) {
    std::string line = id + ' ' + std::to_string(sizeBytes) + ' ';
    for (size_t i = 0; i < path.size(); ++i) line += (i == 0 ? "" : "/") + path[i];
    return line + '\n';
}

std::vector<std::u16string> pathsInDrop(std::string_view bytes, std::u16string (*widen)(std::string_view)) {
    if (bytes.size() < dropHeaderBytes) return {};
    const size_t begin = wordAt(bytes, 0);
    if (begin < dropHeaderBytes || begin > bytes.size()) return {};
    const std::string_view list = bytes.substr(begin);
    if (wordAt(bytes, wideOffset) != 0) return listIn<char16_t>(list);
    std::vector<std::u16string> paths;
    for (const std::string& path : listIn<char>(list)) paths.push_back(widen(path));
    return paths;
}

std::string dropOf(const std::vector<std::u16string>& paths) {
    std::string bytes(dropHeaderBytes, '\0');
    bytes[0] = static_cast<char>(dropHeaderBytes);
    bytes[wideOffset] = 1;
    std::u16string units;
    for (const std::u16string& path : paths) units += path + u'\0';
    units += u'\0';
    bytes.append(reinterpret_cast<const char*>(units.data()), units.size() * sizeof(char16_t));
    return bytes;
}

}  // namespace xpane
