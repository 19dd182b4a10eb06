// Reads a small file.
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

}  // namespace xpane
