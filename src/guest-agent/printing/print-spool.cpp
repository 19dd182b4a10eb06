#include "printing/print-spool.h"

#include <algorithm>

#include "crypto/hex.h"
#include "files/disk.h"
#include "printing/document-comments.h"
#include "printing/spool-names.h"
#include "protocol/limits.h"
#include "win/random.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr DWORD headBytes = 8192, tailBytes = 512;
constexpr size_t idBytes = 8;
constexpr uint64_t staleAfterFileTime = 3600ull * 10000000;  // 100 ns

std::string readAt(HANDLE file, int64_t offset, DWORD most) {
    LARGE_INTEGER at;
    at.QuadPart = offset;
    std::string bytes(most, 0);
    DWORD read = 0;
    if (!SetFilePointerEx(file, at, nullptr, FILE_BEGIN) || !ReadFile(file, bytes.data(), most, &read, nullptr)) return {};
    bytes.resize(read);
    return bytes;
}

// Drivers write a title in the code page of the system.
std::string utf8FromSystem(const std::string& bytes) {
    const int length = static_cast<int>(bytes.size());
    std::wstring wide(bytes.size(), L'\0');
    wide.resize(length == 0 ? 0 : MultiByteToWideChar(CP_ACP, 0, bytes.data(), length, wide.data(), length));
    return utf8From(wide);
}

bool isStale(const std::wstring& path) {
    WIN32_FILE_ATTRIBUTE_DATA facts;
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    if (!GetFileAttributesExW(path.c_str(), GetFileExInfoStandard, &facts)) return false;
    const auto number = [](FILETIME time) { return uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime; };
    return number(now) > number(facts.ftLastWriteTime) + staleAfterFileTime;
}

UniqueHandle openToRead(const std::wstring& path) {
    return openFile(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, OPEN_EXISTING);
}

}  // namespace

std::wstring printFolder(const std::wstring& base) { return base + L"\\XPane\\Printing"; }

std::wstring printJobPath(const std::wstring& base, const std::string& jobId) {
    const std::wstring folder = printFolder(base);
    for (const FolderEntry& entry : entriesOf(folder)) {
        const auto name = spoolNameOf(utf8From(entry.name));
        const bool isJob = name && name->kind == SpoolName::Kind::job && name->jobId == jobId;
        if (isJob && !entry.isFolder && !entry.isLink) return folder + L'\\' + entry.name;
    }
    return folder + L'\\' + wideFrom(jobId);
}

bool PrintSpool::exists() const { return GetFileAttributesW(folder_.c_str()) != INVALID_FILE_ATTRIBUTES; }

bool PrintSpool::make() const { return makeFolder(folder_.substr(0, folder_.rfind(L'\\'))) && makeFolder(folder_); }

std::vector<SpooledJob> PrintSpool::look() const {
    for (const FolderEntry& entry : entriesOf(folder_)) {
        const auto name = spoolNameOf(utf8From(entry.name));
        if (!name || entry.isFolder || entry.isLink) continue;
        if (name->kind == SpoolName::Kind::done) accept(entry.name, name->printerId);
        const std::wstring path = folder_ + L'\\' + entry.name;
        if (name->kind == SpoolName::Kind::writing && isStale(path)) DeleteFileW(path.c_str());
    }
    std::vector<SpooledJob> jobs;
    for (const FolderEntry& entry : entriesOf(folder_)) {
        const auto name = spoolNameOf(utf8From(entry.name));
        if (!name || name->kind != SpoolName::Kind::job || entry.isFolder || entry.isLink) continue;
        if (jobs.size() == mostPrintJobs) break;
        const UniqueHandle file = openToRead(folder_ + L'\\' + entry.name);
        const auto state = file ? stateOf(file.get()) : std::nullopt;
        if (!state) continue;
        const std::string title = utf8FromSystem(titleBytes(readAt(file.get(), 0, headBytes)));
        jobs.push_back({name->jobId, name->printerId, cutToUnits(title, mostPrintTitleLength), state->sizeBytes});
    }
    return jobs;
}

void PrintSpool::accept(const std::wstring& name, const std::string& printerId) const {
    const std::wstring path = folder_ + L'\\' + name;
    std::string why;
    {
        const UniqueHandle file = openToRead(path);
        const auto state = file ? stateOf(file.get()) : std::nullopt;
        if (!state) return;
        if (state->sizeBytes > mostPrintBytes) {
            why = "too large";
        } else if (!isPostScript(readAt(file.get(), 0, headBytes))) {
            why = "no PostScript";
        } else if (!hasEnd(readAt(file.get(), std::max<int64_t>(0, state->sizeBytes - tailBytes), tailBytes))) {
            why = "cut short";
        }
    }
    if (!why.empty()) {
        log_.write(LogLevel::warn, "printing: a job is dropped: " + why);
        DeleteFileW(path.c_str());
        return;
    }
    const std::string jobId = hexOf(randomBytes(idBytes));
    MoveFileExW(path.c_str(), (folder_ + L'\\' + wideFrom(jobFileName(jobId, printerId))).c_str(), 0);
}

void PrintSpool::remove(const std::string& jobId) const {
    for (const FolderEntry& entry : entriesOf(folder_)) {
        const auto name = spoolNameOf(utf8From(entry.name));
        if (name && name->kind == SpoolName::Kind::job && name->jobId == jobId) {
            DeleteFileW((folder_ + L'\\' + entry.name).c_str());
        }
    }
}

}  // namespace xpane
