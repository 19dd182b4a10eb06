#include "clipboard/windows-formats.h"

#include <cstring>

#include "protocol/limits.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr ClipboardFormat richestFirst[] = {ClipboardFormat::files, ClipboardFormat::rtf, ClipboardFormat::html,
                                            ClipboardFormat::text, ClipboardFormat::image};

// Of bitmaps with and without transparency the one that the program put there; Windows makes the other.
UINT bitmapThere() {
    UINT format = 0;
    while ((format = EnumClipboardFormats(format)) != 0) {
        if (format == CF_DIB || format == CF_DIBV5) return format;
        if (format == CF_BITMAP) break;
    }
    return CF_DIB;
}

// A lock on memory of the clipboard, which stays the clipboard's.
class LockedMemory {
public:
    explicit LockedMemory(HANDLE memory) : memory_(memory), bytes_(memory ? GlobalLock(memory) : nullptr) {}
    ~LockedMemory() {
        if (bytes_) GlobalUnlock(memory_);
    }
    LockedMemory(const LockedMemory&) = delete;
    LockedMemory& operator=(const LockedMemory&) = delete;
    void* bytes() const { return bytes_; }
    size_t size() const { return bytes_ ? GlobalSize(memory_) : 0; }

private:
    HANDLE memory_;
    void* bytes_;
};

std::string textIn(const void* bytes, size_t size) {
    const auto* units = static_cast<const wchar_t*>(bytes);
    const std::wstring_view text(units, size / sizeof(wchar_t));
    return utf8From(text.substr(0, text.find(L'\0')));
}

// HTML and RTF end with a zero where programs are careful, and with the memory where they are not.
std::string bytesIn(const void* bytes, size_t size, bool endsAtZero) {
    const std::string_view all(static_cast<const char*>(bytes), size);
    return std::string(endsAtZero ? all.substr(0, all.find('\0')) : all);
}

bool putBytes(UINT windowsFormat, std::string_view bytes) {
    // Zeroed: there is room for the end of a text.
    const HGLOBAL memory = GlobalAlloc(GMEM_MOVEABLE | GMEM_ZEROINIT, bytes.size() + sizeof(wchar_t));
    if (!memory) return false;
    if (void* place = GlobalLock(memory)) {
        std::memcpy(place, bytes.data(), bytes.size());
        GlobalUnlock(memory);
        // It is the clipboard's from here on.
        if (SetClipboardData(windowsFormat, memory)) return true;
    }
    GlobalFree(memory);
    return false;
}

}  // namespace

UINT windowsFormat(ClipboardFormat format) {
    static const UINT html = RegisterClipboardFormatW(L"HTML Format");
    static const UINT rtf = RegisterClipboardFormatW(L"Rich Text Format");
    switch (format) {
        case ClipboardFormat::html: return html;
        case ClipboardFormat::rtf: return rtf;
        case ClipboardFormat::image: return CF_DIB;
        case ClipboardFormat::files: return CF_HDROP;
        case ClipboardFormat::text: break;
    }
    return CF_UNICODETEXT;
}

std::optional<ClipboardFormat> formatOf(UINT asked) {
    for (const ClipboardFormat format : richestFirst) {
        if (windowsFormat(format) == asked) return format;
    }
    return std::nullopt;
}

std::vector<ClipboardFormat> formatsThere() {
    std::vector<ClipboardFormat> formats;
    for (const ClipboardFormat format : richestFirst) {
        if (IsClipboardFormatAvailable(windowsFormat(format))) formats.push_back(format);
    }
    return formats;
}

std::optional<std::string> readClipboard(ClipboardFormat format, bool& tooLarge) {
    const UINT wanted = format == ClipboardFormat::image ? bitmapThere() : windowsFormat(format);
    const LockedMemory memory(GetClipboardData(wanted));
    if (!memory.bytes()) return std::nullopt;
    tooLarge = memory.size() > static_cast<size_t>(mostClipboardBytes);
    if (tooLarge) return std::nullopt;
    if (format == ClipboardFormat::text) return textIn(memory.bytes(), memory.size());
    const bool endsAtZero = format == ClipboardFormat::html || format == ClipboardFormat::rtf;
    return bytesIn(memory.bytes(), memory.size(), endsAtZero);
}

bool putOnClipboard(ClipboardFormat format, std::string_view bytes) {
    const std::wstring wide = format == ClipboardFormat::text ? wideFrom(bytes) : std::wstring();
    if (format == ClipboardFormat::text) {
        bytes = {reinterpret_cast<const char*>(wide.data()), wide.size() * sizeof(wchar_t)};
    }
    return putBytes(windowsFormat(format), bytes);
}

void sayThatFilesAreCopied() {
    static const UINT effect = RegisterClipboardFormatW(L"Preferred DropEffect");
    constexpr char copy[] = {1, 0, 0, 0};  // DROPEFFECT_COPY
    putBytes(effect, {copy, sizeof copy});
}

}  // namespace xpane
