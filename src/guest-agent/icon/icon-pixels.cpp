#include "icon/icon-pixels.h"

#include <algorithm>

#include "win/handles.h"

namespace xpane {
namespace {

constexpr uint32_t opaque = 0xff000000;

std::vector<uint32_t> bitmapPixels(HDC dc, HBITMAP bitmap, int width, int height) {
    BITMAPINFO info{};
    info.bmiHeader.biSize = sizeof info.bmiHeader;
    info.bmiHeader.biWidth = width;
    info.bmiHeader.biHeight = -height;  // top-down
    info.bmiHeader.biPlanes = 1;
    info.bmiHeader.biBitCount = 32;
    info.bmiHeader.biCompression = BI_RGB;
    std::vector<uint32_t> pixels(static_cast<size_t>(width) * height);
    const int rows = GetDIBits(dc, bitmap, 0, static_cast<UINT>(height), pixels.data(), &info, DIB_RGB_COLORS);
    if (rows != height) pixels.clear();
    return pixels;
}

bool hasAlpha(const std::vector<uint32_t>& pixels) {
    return std::any_of(pixels.begin(), pixels.end(), [](uint32_t pixel) { return (pixel & opaque) != 0; });
}

// White in the mask: the background shows through.
void alphaFromMask(std::vector<uint32_t>& pixels, const std::vector<uint32_t>& mask) {
    for (size_t i = 0; i < pixels.size(); ++i) {
        const bool transparent = i < mask.size() && (mask[i] & 0xffffff) != 0;
        pixels[i] = transparent ? 0 : pixels[i] | opaque;
    }
}

}  // namespace

std::optional<IconImage> pixelsOf(HICON icon) {
    ICONINFO info{};
    if (!icon || !GetIconInfo(icon, &info)) return std::nullopt;
    const UniqueBitmap colour(info.hbmColor), mask(info.hbmMask);
    BITMAP bitmap{};
    if (!colour || GetObjectW(colour.get(), sizeof bitmap, &bitmap) == 0) return std::nullopt;
    const int width = bitmap.bmWidth, height = bitmap.bmHeight;
    if (width < 1 || height < 1 || width > mostIconEdgePx || height > mostIconEdgePx) return std::nullopt;

    const WindowDc screen(nullptr, GetDC(nullptr));
    IconImage image{width, height, bitmapPixels(screen.get(), colour.get(), width, height)};
    if (image.pixels.empty()) return std::nullopt;
    if (!hasAlpha(image.pixels)) {
        alphaFromMask(image.pixels, bitmapPixels(screen.get(), mask.get(), width, height));
    }
    return image;
}

}  // namespace xpane
