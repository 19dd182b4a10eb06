#include "start-menu/listing.h"

#include <cwchar>
#include <map>

#include "protocol/limits.h"
#include "win/handles.h"

#include <shlobj.h>

namespace xpane {
namespace {

constexpr size_t deepest = 16;  // no menu is that deep; a folder linked into itself is
using ByName = std::map<std::wstring, ShortcutFile>;

std::wstring lowered(std::wstring text) {
    CharLowerBuffW(text.data(), static_cast<DWORD>(text.size()));
    return text;
}

bool isShortcut(const std::wstring& loweredName) {
    constexpr wchar_t extension[] = L".lnk";
    constexpr size_t length = 4;
    return loweredName.size() > length && loweredName.compare(loweredName.size() - length, length, extension) == 0;
}

void collect(const std::wstring& root, const std::wstring& below, size_t depth, ByName& found) {
    WIN32_FIND_DATAW entry{};
    const UniqueFind search(FindFirstFileW((root + below + L"\\*").c_str(), &entry));
    if (!search) return;
    do {
        const std::wstring name = entry.cFileName;
        if (name == L"." || name == L".." || (entry.dwFileAttributes & FILE_ATTRIBUTE_HIDDEN)) continue;
        const std::wstring relative = below + L"\\" + name;
        if (entry.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
            if (depth < deepest) collect(root, relative, depth + 1, found);
            continue;
        }
        std::wstring key = lowered(relative);
        if (!isShortcut(key) || (found.size() >= mostApplications && found.count(key) == 0)) continue;
        const FILETIME written = entry.ftLastWriteTime;
        found[std::move(key)] = {root + relative, relative.substr(1),
                                 static_cast<uint64_t>(written.dwHighDateTime) << 32 | written.dwLowDateTime,
                                 entry.nFileSizeLow};
    } while (FindNextFileW(search.get(), &entry));
}

}  // namespace

bool operator==(const ShortcutFile& a, const ShortcutFile& b) {
    return a.path == b.path && a.relativePath == b.relativePath && a.written == b.written &&
           a.sizeBytes == b.sizeBytes;
}

std::vector<std::wstring> programFolders() {
    std::vector<std::wstring> folders;
    for (const int which : {CSIDL_COMMON_PROGRAMS, CSIDL_PROGRAMS}) {
        wchar_t path[MAX_PATH] = L"";
        if (SHGetFolderPathW(nullptr, which | CSIDL_FLAG_CREATE, nullptr, SHGFP_TYPE_CURRENT, path) == S_OK) {
            folders.emplace_back(path);
        }
    }
    return folders;
}

std::vector<ShortcutFile> shortcutsIn(const std::vector<std::wstring>& folders) {
    ByName found;
    for (const std::wstring& folder : folders) collect(folder, L"", 0, found);
    std::vector<ShortcutFile> files;
    for (auto& entry : found) files.push_back(std::move(entry.second));
    return files;
}

}  // namespace xpane
