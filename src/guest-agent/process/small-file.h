// Reads a small file, or writes one.
#pragma once

#include <optional>
#include <string>

#include "win/handles.h"

namespace xpane {

// Nothing if it cannot be read or is longer than `mostBytes`.
inline std::optional<std::string> contentOf(const std::wstring& path, DWORD mostBytes) {
    const UniqueHandle file(CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                        OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!file) return std::nullopt;
    const DWORD bytes = GetFileSize(file.get(), nullptr);  // the largest number if it cannot be told
    if (bytes > mostBytes) return std::nullopt;
    std::string content(bytes, 0);
    DWORD read = 0;
    if (!ReadFile(file.get(), content.data(), bytes, &read, nullptr)) return std::nullopt;
    content.resize(read);
    return content;
}

// Whoever reads it finds the old content or the new one. False if it cannot be written.
inline bool replaceContent(const std::wstring& path, const std::string& content) {
    const std::wstring partial = path + L".new";
    {
        const UniqueHandle file(CreateFileW(partial.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS,
                                            FILE_ATTRIBUTE_NORMAL, nullptr));
        DWORD written = 0;
        const auto bytes = static_cast<DWORD>(content.size());
        if (!file || !WriteFile(file.get(), content.data(), bytes, &written, nullptr) || written != bytes) return false;
    }
    return MoveFileExW(partial.c_str(), path.c_str(), MOVEFILE_REPLACE_EXISTING) != 0;
}

}  // namespace xpane
