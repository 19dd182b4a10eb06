#include "log/log-tail.h"

#include <algorithm>

#include "win/handles.h"
#include "win/unicode.h"

namespace xpane {

LogTail tailOf(const std::wstring& path, size_t mostUnits) {
    constexpr DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    const UniqueHandle file(
        CreateFileW(path.c_str(), GENERIC_READ, share, nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
    const DWORD size = file ? GetFileSize(file.get(), nullptr) : INVALID_FILE_SIZE;
    if (size == INVALID_FILE_SIZE) return {};
    // No byte becomes more than one unit.
    const DWORD most = std::min(size, static_cast<DWORD>(mostUnits));
    LogTail tail{true, size > most, {}};
    std::string bytes(most, 0);
    DWORD read = 0;
    SetFilePointer(file.get(), static_cast<LONG>(size - most), nullptr, FILE_BEGIN);
    if (!ReadFile(file.get(), bytes.data(), most, &read, nullptr)) return {};
    bytes.resize(read);
    const size_t firstLine = tail.cut ? bytes.find('\n') + 1 : 0;
    tail.text = utf8From(wideFrom(std::string_view(bytes).substr(firstLine)));
    return tail;
}

}  // namespace xpane
