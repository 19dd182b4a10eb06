#include "desktop/cursor-reader.h"

#include "win/handles.h"

namespace xpane {
namespace {

size_t maskBytes(int width, int rows) { return static_cast<size_t>((width + 31) / 32) * 4 * static_cast<size_t>(rows); }

bool readBits(HBITMAP bitmap, int width, int height, WORD bitCount, void* bits) {
    struct {
        BITMAPINFOHEADER header;
        RGBQUAD colours[2];
    } info = {};
    info.header.biSize = sizeof info.header;
    info.header.biWidth = width;
    info.header.biHeight = -height;  // top-down
    info.header.biPlanes = 1;
    info.header.biBitCount = bitCount;
    info.header.biCompression = BI_RGB;
    const WindowDc screen(nullptr, GetDC(nullptr));
    return GetDIBits(screen.get(), bitmap, 0, static_cast<UINT>(height), bits, reinterpret_cast<BITMAPINFO*>(&info),
                     DIB_RGB_COLORS) == height;
}

bool hasSize(int width, int height) {
    return width >= 1 && height >= 1 && width <= mostCursorEdgePx && height <= mostCursorEdgePx;
}

}  // namespace

std::optional<CursorBits> readCursor(HCURSOR cursor) {
    ICONINFO info{};
    if (!cursor || !GetIconInfo(cursor, &info)) return std::nullopt;
    const UniqueBitmap colour(info.hbmColor), mask(info.hbmMask);
    BITMAP bitmap{};
    if (!mask || GetObjectW(mask.get(), sizeof bitmap, &bitmap) == 0) return std::nullopt;
    const int rows = bitmap.bmHeight;
    CursorBits bits;
    bits.width = bitmap.bmWidth;
    bits.height = colour ? rows : rows / 2;
    bits.hotX = static_cast<int>(info.xHotspot);
    bits.hotY = static_cast<int>(info.yHotspot);
    if (!hasSize(bits.width, bits.height)) return std::nullopt;
    bits.mask.resize(maskBytes(bits.width, rows));
    if (!readBits(mask.get(), bits.width, rows, 1, bits.mask.data())) return std::nullopt;
    if (!colour) return bits;
    bits.colours.resize(static_cast<size_t>(bits.width) * bits.height);
    if (!readBits(colour.get(), bits.width, bits.height, 32, bits.colours.data())) return std::nullopt;
    return bits;
}

CursorBits bitsOf(const CursorSlot& slot) {
    CursorBits bits;
    if (!hasSize(static_cast<int>(slot.width), static_cast<int>(slot.height))) return bits;
    bits.width = static_cast<int>(slot.width);
    bits.height = static_cast<int>(slot.height);
    bits.hotX = static_cast<int>(slot.hotX);
    bits.hotY = static_cast<int>(slot.hotY);
    bits.mask.assign(slot.mask, slot.mask + maskBytes(bits.width, slot.coloured ? bits.height : bits.height * 2));
    if (slot.coloured) bits.colours.assign(slot.colours, slot.colours + static_cast<size_t>(bits.width) * bits.height);
    return bits;
}

}  // namespace xpane
