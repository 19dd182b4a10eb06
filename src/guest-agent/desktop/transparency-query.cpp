#include "desktop/transparency-query.h"

#include "desktop/window-query.h"
#include "win/handles.h"

namespace xpane {
namespace {

// A region of more rectangles than this is taken for the rectangle around it.
constexpr DWORD mostRegionBytes = 1024 * 1024;

struct RegionTraits : NullIsNone<HRGN> {
    static void close(HRGN region) noexcept { DeleteObject(region); }
};
using UniqueRegion = Unique<RegionTraits>;

}  // namespace

std::optional<Shape> regionOf(HWND window) {
    UniqueRegion region(CreateRectRgn(0, 0, 0, 0));
    const int kind = region ? GetWindowRgn(window, region.get()) : ERROR;
    if (kind == ERROR) return std::nullopt;
    RECT bounds;
    GetRgnBox(region.get(), &bounds);
    if (kind == NULLREGION) return Shape{};
    const DWORD sizeBytes = GetRegionData(region.get(), 0, nullptr);
    if (sizeBytes == 0 || sizeBytes > mostRegionBytes) return Shape{rectFrom(bounds)};
    std::vector<DWORD> buffer((sizeBytes + sizeof(DWORD) - 1) / sizeof(DWORD));
    auto data = reinterpret_cast<RGNDATA*>(buffer.data());
    if (GetRegionData(region.get(), sizeBytes, data) == 0) return Shape{rectFrom(bounds)};
    auto rects = reinterpret_cast<const RECT*>(data->Buffer);
    Shape shape;
    for (DWORD i = 0; i < data->rdh.nCount; ++i) shape.push_back(rectFrom(rects[i]));
    return shape;
}

Layering layeringOf(HWND window, DWORD exStyle) {
    Layering layering;
    if (!(exStyle & WS_EX_LAYERED)) return layering;
    COLORREF key = 0;
    BYTE alpha = 255;
    DWORD flags = 0;
    // Without attributes it draws by UpdateLayeredWindow, or has not been shown yet.
    layering.byAlpha = !GetLayeredWindowAttributes(window, &key, &alpha, &flags);
    if (flags & LWA_ALPHA) layering.opacity = alpha;
    if (flags & LWA_COLORKEY) layering.key = GetRValue(key) << 16 | GetGValue(key) << 8 | GetBValue(key);
    return layering;
}

}  // namespace xpane
