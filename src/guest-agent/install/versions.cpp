#include "install/versions.h"

#include <algorithm>

#include "install/exit-codes.h"
#include "install/install-error.h"
#include "win/handles.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr wchar_t prefix[] = L"agent-";
constexpr wchar_t unfinished[] = L".part";

[[noreturn]] void fail(const std::wstring& path) {
    throw InstallError(installCode::cannotCopy,
                       "cannot write " + utf8From(path) + ": error " + std::to_string(GetLastError()));
}

std::vector<std::wstring> namesIn(const std::wstring& pattern) {
    std::vector<std::wstring> names;
    WIN32_FIND_DATAW found;
    const UniqueFind search(FindFirstFileW(pattern.c_str(), &found));
    if (!search) return names;
    do {
        names.emplace_back(found.cFileName);
    } while (FindNextFileW(search.get(), &found));
    return names;
}

std::vector<std::wstring> foldersIn(const Places& places) { return namesIn(places.programs + L"\\" + prefix + L"*"); }

bool isUnfinished(const std::wstring& name) { return name.find(L'.') != name.npos; }

// 0 for a name of another form.
unsigned numberOf(const std::wstring& name) {
    const std::wstring digits = name.substr(std::size(prefix) - 1);
    const bool isNumber = !digits.empty() && digits.size() <= 6 && digits.find_first_not_of(L"0123456789") == digits.npos;
    return isNumber ? static_cast<unsigned>(std::stoul(utf8From(std::wstring_view(digits)))) : 0;
}

void writeFile(const std::wstring& path, const std::string& content) {
    const UniqueHandle file(
        CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
    DWORD written = 0;
    const bool whole = file &&
                       WriteFile(file.get(), content.data(), static_cast<DWORD>(content.size()), &written, nullptr) &&
                       written == content.size() && FlushFileBuffers(file.get());
    if (!whole) fail(path);
}

// A folder of plain files. A file that runs stays, and the folder with it: the next installer removes it.
bool removeFolder(const std::wstring& folder) {
    for (const std::wstring& name : namesIn(folder + L"\\*")) DeleteFileW((folder + L"\\" + name).c_str());
    return RemoveDirectoryW(folder.c_str()) != 0;
}

}  // namespace

std::vector<Version> versionsIn(const Places& places) {
    std::vector<Version> versions;
    for (const std::wstring& name : foldersIn(places)) {
        if (!isUnfinished(name)) versions.push_back({places.programs + L"\\" + name});
    }
    return versions;
}

Version placeVersion(const Places& places, const std::string& agent, const std::string& secret) {
    unsigned last = 0;
    for (const std::wstring& name : foldersIn(places)) last = std::max(last, numberOf(name));
    const Version version{places.programs + L"\\" + prefix + wideFrom(std::to_string(last + 1))};
    const Version part{version.folder + unfinished};
    if (!CreateDirectoryW(part.folder.c_str(), nullptr) && GetLastError() != ERROR_ALREADY_EXISTS) fail(part.folder);
    try {
        writeFile(part.agentFile(), agent);
        writeFile(part.secretFile(), secret);
        if (!MoveFileExW(part.folder.c_str(), version.folder.c_str(), MOVEFILE_WRITE_THROUGH)) fail(version.folder);
    } catch (const InstallError&) {
        removeFolder(part.folder);
        throw;
    }
    return version;
}

void removeVersions(const Places& places, const std::wstring& exceptFolder, Log& log) {
    for (const std::wstring& name : foldersIn(places)) {
        const std::wstring folder = places.programs + L"\\" + name;
        if (isInside(exceptFolder, folder)) continue;
        const bool gone = removeFolder(folder);
        log.write(LogLevel::info, (gone ? "removed " : "cannot remove yet ") + utf8From(folder));
    }
}

bool isInside(const std::wstring& path, const std::wstring& folder) {
    if (path.size() < folder.size() || lstrcmpiW(path.substr(0, folder.size()).c_str(), folder.c_str()) != 0) return false;
    return path.size() == folder.size() || path[folder.size()] == L'\\';
}

}  // namespace xpane
