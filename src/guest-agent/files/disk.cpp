#include "files/disk.h"

#include <cwchar>

#include "crypto/fnv.h"

namespace xpane {
namespace {

constexpr int mostDepth = 64;  // of what is removed; programs can make no deeper ones by ordinary means
constexpr int64_t unixEpochFileTime = 116444736000000000;  // 100 ns since 1601
constexpr int64_t fileTimePerMs = 10000;

int64_t joined(DWORD high, DWORD low) { return static_cast<int64_t>(static_cast<uint64_t>(high) << 32 | low); }

void removeTree(const std::wstring& path, int depth) {
    for (const FolderEntry& entry : entriesOf(path)) {
        const std::wstring inner = path + L'\\' + entry.name;
        SetFileAttributesW(inner.c_str(), FILE_ATTRIBUTE_NORMAL);
        if (!entry.isFolder) {
            DeleteFileW(inner.c_str());
        } else if (entry.isLink) {
            RemoveDirectoryW(inner.c_str());
        } else if (depth < mostDepth) {
            removeTree(inner, depth + 1);
        }
    }
    RemoveDirectoryW(path.c_str());
}

}  // namespace

TransferOutcome transferOutcomeOf(DWORD systemError) {
    switch (systemError) {
        case ERROR_SHARING_VIOLATION:
        case ERROR_LOCK_VIOLATION:
        case ERROR_USER_MAPPED_FILE:
            return TransferOutcome::inUse;
        case ERROR_FILE_NOT_FOUND:
        case ERROR_PATH_NOT_FOUND:
            return TransferOutcome::notFound;
        case ERROR_DISK_FULL:
        case ERROR_HANDLE_DISK_FULL:
            return TransferOutcome::noRoom;
        case ERROR_FILE_TOO_LARGE:
            return TransferOutcome::tooLarge;
        case ERROR_ACCESS_DENIED:
        case ERROR_WRITE_PROTECT:
            return TransferOutcome::accessDenied;
        default:
            return TransferOutcome::failed;
    }
}

UniqueHandle openFile(const std::wstring& path, DWORD access, DWORD share, DWORD disposition) {
    return UniqueHandle(CreateFileW(path.c_str(), access, share, nullptr, disposition, FILE_ATTRIBUTE_NORMAL, nullptr));
}

std::optional<FileState> stateOf(HANDLE file) {
    BY_HANDLE_FILE_INFORMATION facts{};
    if (!GetFileInformationByHandle(file, &facts)) return std::nullopt;
    if ((facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) return std::nullopt;
    const int64_t size = joined(facts.nFileSizeHigh, facts.nFileSizeLow);
    const int64_t written = joined(facts.ftLastWriteTime.dwHighDateTime, facts.ftLastWriteTime.dwLowDateTime);
    const int64_t index = joined(facts.nFileIndexHigh, facts.nFileIndexLow);
    Fnv1a hash;
    for (const int64_t number : {size, written, index}) {
        for (int shift = 0; shift < 64; shift += 8) hash.add(static_cast<uint8_t>(static_cast<uint64_t>(number) >> shift));
    }
    return FileState{hash.value(), size, (written - unixEpochFileTime) / fileTimePerMs};
}

std::optional<FileState> stateAt(const std::wstring& path) {
    constexpr DWORD all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    const UniqueHandle file = openFile(path, FILE_READ_ATTRIBUTES, all, OPEN_EXISTING);
    return file ? stateOf(file.get()) : std::nullopt;
}

FILETIME fileTimeOf(int64_t unixMs) {
    const auto time = static_cast<uint64_t>(unixMs * fileTimePerMs + unixEpochFileTime);
    return {static_cast<DWORD>(time), static_cast<DWORD>(time >> 32)};
}

FileClaims claimsOn(const std::wstring& path) {
    const auto isRefused = [&path](DWORD share) {
        return !openFile(path, GENERIC_READ, share, OPEN_EXISTING) && GetLastError() == ERROR_SHARING_VIOLATION;
    };
    if (!isRefused(0)) return {};
    return {true, isRefused(FILE_SHARE_READ | FILE_SHARE_DELETE)};
}

bool makeFolder(const std::wstring& path) {
    return CreateDirectoryW(path.c_str(), nullptr) || GetLastError() == ERROR_ALREADY_EXISTS;
}

void removeTree(const std::wstring& path) { removeTree(path, 0); }

std::vector<FolderEntry> entriesOf(const std::wstring& folder) {
    std::vector<FolderEntry> entries;
    WIN32_FIND_DATAW found;
    const UniqueFind find(FindFirstFileW((folder + L"\\*").c_str(), &found));
    if (!find) return entries;
    do {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0) continue;
        entries.push_back({found.cFileName, (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0,
                           (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0});
    } while (FindNextFileW(find.get(), &found));
    return entries;
}

bool isReadableFolder(const std::wstring& folder) {
    WIN32_FIND_DATAW found;
    const UniqueFind find(FindFirstFileW((folder + L"\\*").c_str(), &found));
    // The root of a disk has no "." that would be found.
    return find || GetLastError() == ERROR_FILE_NOT_FOUND;
}

}  // namespace xpane
