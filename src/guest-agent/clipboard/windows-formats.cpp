#include "clipboard/windows-formats.h"

#include <cstring>

#include "clipboard/picture-in-text.h"
#include "process/system-name.h"
#include "protocol/limits.h"
#include "win/handles.h"
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

// What Wine's rich text takes for a picture: it knows no bitmaps. `dib`: the host's, 24 bits without colours of its own.
HENHMETAFILE metafileOf(std::string_view dib) {
    BITMAPINFO info = {};
    if (dib.size() < sizeof info.bmiHeader) return nullptr;
    std::memcpy(&info.bmiHeader, dib.data(), sizeof info.bmiHeader);
    const BITMAPINFOHEADER& header = info.bmiHeader;
    const bool isPlain = header.biSize == sizeof header && header.biPlanes == 1 && header.biBitCount == 24 &&
                         header.biCompression == BI_RGB && header.biWidth > 0 && header.biHeight > 0;
    if (!isPlain) return nullptr;
    const uint64_t lineBytes = (static_cast<uint64_t>(header.biWidth) * 3 + 3) / 4 * 4;
    if (lineBytes * static_cast<uint64_t>(header.biHeight) > dib.size() - sizeof header) return nullptr;
    const WindowDc screen(nullptr, GetDC(nullptr));
    const auto hundredths = [&screen](LONG pixels, int millimetres, int resolution) {
        return MulDiv(pixels, 100 * GetDeviceCaps(screen.get(), millimetres), GetDeviceCaps(screen.get(), resolution));
    };
    const RECT frame = {0, 0, hundredths(header.biWidth, HORZSIZE, HORZRES), hundredths(header.biHeight, VERTSIZE, VERTRES)};
    const HDC drawing = CreateEnhMetaFileW(screen.get(), nullptr, &frame, nullptr);
    if (!drawing) return nullptr;
    StretchDIBits(drawing, 0, 0, header.biWidth, header.biHeight, 0, 0, header.biWidth, header.biHeight,
                  dib.data() + sizeof header, &info, DIB_RGB_COLORS, SRCCOPY);
    return CloseEnhMetaFile(drawing);
}

// The clipboard is open.
std::optional<std::string> bitmapInText() {
    const LockedMemory memory(GetClipboardData(windowsFormat(ClipboardFormat::rtf)));
    if (!memory.bytes()) return std::nullopt;
    const auto metafile = metafileInRtf({static_cast<const char*>(memory.bytes()), memory.size()});
    return metafile ? bitmapInMetafile(*metafile) : std::nullopt;
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

std::vector<UINT> windowsFormats(ClipboardFormat format) {
    static const bool wine = isWine();
    if (wine && format == ClipboardFormat::image) return {CF_DIB, CF_ENHMETAFILE};
    return {windowsFormat(format)};
}

std::optional<ClipboardFormat> formatOf(UINT asked) {
    if (asked == CF_ENHMETAFILE) return ClipboardFormat::image;
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

bool mayBePictureInText() {
    static const bool wine = isWine();
    const auto isThere = [](ClipboardFormat format) { return IsClipboardFormatAvailable(windowsFormat(format)) != 0; };
    return wine && isThere(ClipboardFormat::rtf) && !isThere(ClipboardFormat::image);
}

bool isPictureInText() {
    const LockedMemory memory(GetClipboardData(CF_UNICODETEXT));
    const std::wstring_view text(static_cast<const wchar_t*>(memory.bytes()), memory.size() / sizeof(wchar_t));
    return isPlaceOfPicture(text.substr(0, text.find(L'\0'))) && bitmapInText();
}

std::optional<std::string> readClipboard(ClipboardFormat format, bool& tooLarge) {
    if (format == ClipboardFormat::image && mayBePictureInText()) return bitmapInText();
    const UINT wanted = format == ClipboardFormat::image ? bitmapThere() : windowsFormat(format);
    const LockedMemory memory(GetClipboardData(wanted));
    if (!memory.bytes()) return std::nullopt;
    tooLarge = memory.size() > static_cast<size_t>(mostClipboardBytes);
    if (tooLarge) return std::nullopt;
    if (format == ClipboardFormat::text) return textIn(memory.bytes(), memory.size());
    const bool endsAtZero = format == ClipboardFormat::html || format == ClipboardFormat::rtf;
    return bytesIn(memory.bytes(), memory.size(), endsAtZero);
}

bool putOnClipboard(UINT asked, std::string_view bytes) {
    if (asked == CF_ENHMETAFILE) {
        const HENHMETAFILE metafile = metafileOf(bytes);
        if (!metafile || SetClipboardData(asked, metafile)) return metafile != nullptr;
        DeleteEnhMetaFile(metafile);
        return false;
    }
    const std::wstring wide = asked == CF_UNICODETEXT ? wideFrom(bytes) : std::wstring();
    if (asked == CF_UNICODETEXT) {
        bytes = {reinterpret_cast<const char*>(wide.data()), wide.size() * sizeof(wchar_t)};
    }
    return putBytes(asked, bytes);
}

void sayThatFilesAreCopied() {
    static const UINT effect = RegisterClipboardFormatW(L"Preferred DropEffect");
    constexpr char copy[] = {1, 0, 0, 0};  // DROPEFFECT_COPY
    putBytes(effect, {copy, sizeof copy});
}

}  // namespace xpane
