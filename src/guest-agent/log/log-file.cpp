#include "log/log-file.h"

#include <cstdio>

#include "protocol/encode.h"
#include "win/handles.h"

namespace xpane {
namespace {

constexpr DWORD mostFileBytes = 1024 * 1024;

std::string timeStamp() {
    SYSTEMTIME now;
    GetSystemTime(&now);
    char text[32];
    std::snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", now.wYear, now.wMonth, now.wDay, now.wHour,
                  now.wMinute, now.wSecond, now.wMilliseconds);
    return text;
}

UniqueHandle openToAppend(const std::wstring& path) {
    constexpr DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    return UniqueHandle(CreateFileW(path.c_str(), FILE_APPEND_DATA, share, nullptr, OPEN_ALWAYS,
                                    FILE_ATTRIBUTE_NORMAL, nullptr));
}

}  // namespace

void LogFile::write(LogLevel level, const std::string& text) {
    UniqueHandle file = openToAppend(path_);
    if (file && GetFileSize(file.get(), nullptr) >= mostFileBytes) {
        file.reset();
        MoveFileExW(path_.c_str(), (path_ + L".old").c_str(), MOVEFILE_REPLACE_EXISTING);
        file = openToAppend(path_);
    }
    if (!file) return;
    const std::string line = timeStamp() + " " + std::to_string(GetCurrentProcessId()) + " " + nameOf(level) + " " +
                             text + "\r\n";
    DWORD written = 0;
    WriteFile(file.get(), line.data(), static_cast<DWORD>(line.size()), &written, nullptr);
}

}  // namespace xpane
