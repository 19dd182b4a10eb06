#include "printing/document-comments.h"

namespace xpane {
namespace {

constexpr char endOfJob = '\x04';
constexpr std::string_view magic = "%!PS", end = "%%EOF", title = "%%Title:", endOfComments = "%%EndComments";

bool isOctal(char digit) { return digit >= '0' && digit <= '7'; }

// Of a PostScript text without its parentheses.
std::string unescaped(std::string_view text) {
    std::string bytes;
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            bytes += text[at];
            continue;
        }
        ++at;
        if (!isOctal(text[at])) {
            bytes += text[at];
            continue;
        }
        unsigned code = 0;
        const size_t first = at;
        for (; at < text.size() && at < first + 3 && isOctal(text[at]); ++at) code = code * 8 + unsigned(text[at] - '0');
        --at;
        bytes += static_cast<char>(code);
    }
    return bytes;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

bool isPostScript(std::string_view head) {
    if (!head.empty() && head.front() == endOfJob) head.remove_prefix(1);
    return head.substr(0, magic.size()) == magic;
}

bool hasEnd(std::string_view tail) { return tail.find(end) != tail.npos; }

std::string titleBytes(std::string_view head) {
    while (!head.empty()) {
        const size_t lineEnd = head.find_first_of("\r\n");
        const std::string_view line = head.substr(0, lineEnd);
        if (line.substr(0, endOfComments.size()) == endOfComments) break;
        if (line.substr(0, title.size()) == title) {
            const std::string_view text = trimmed(line.substr(title.size()));
            const bool inParentheses = text.size() >= 2 && text.front() == '(' && text.back() == ')';
            return inParentheses ? unescaped(text.substr(1, text.size() - 2)) : std::string(text);
        }
        if (lineEnd == head.npos) break;
        head.remove_prefix(lineEnd + 1);
    }
    return {};
}

}  // namespace xpane
