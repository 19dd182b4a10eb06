#include "associations/command-program.h"

#include <string_view>

#include "protocol/limits.h"

namespace xpane {
namespace {

wchar_t lowered(wchar_t c) { return c >= L'A' && c <= L'Z' ? static_cast<wchar_t>(c - L'A' + L'a') : c; }

bool saysExe(const std::wstring& text, size_t at) {
    constexpr std::wstring_view ending = L".exe";
    if (text.size() - at < ending.size()) return false;
    for (size_t i = 0; i < ending.size(); ++i) {
        if (lowered(text[at + i]) != ending[i]) return false;
    }
    const size_t end = at + ending.size();
    return end == text.size() || text[end] == L' ';
}

bool isTold(wchar_t c) {
    constexpr std::wstring_view others = L"_$~#+-";
    return (c >= L'a' && c <= L'z') || (c >= L'0' && c <= L'9') || others.find(c) != others.npos;
}

}  // namespace

std::wstring programIn(const std::wstring& command) {
    const size_t start = command.find_first_not_of(L' ');
    if (start == command.npos) return L"";
    if (command[start] == L'"') {
        const size_t end = command.find(L'"', start + 1);
        return command.substr(start + 1, end == command.npos ? end : end - start - 1);
    }
    for (size_t at = start; at < command.size(); ++at) {
        if (saysExe(command, at)) return command.substr(start, at + 4 - start);
    }
    const size_t end = command.find(L' ', start);
    return command.substr(start, end == command.npos ? end : end - start);
}

std::string extensionIn(const std::wstring& classKey) {
    if (classKey.size() < 2 || classKey.size() > mostExtensionLength + 1 || classKey[0] != L'.') return "";
    std::string extension;
    for (size_t i = 1; i < classKey.size(); ++i) {
        const wchar_t c = lowered(classKey[i]);
        if (!isTold(c)) return "";
        extension += static_cast<char>(c);
    }
    return extension;
}

}  // namespace xpane
