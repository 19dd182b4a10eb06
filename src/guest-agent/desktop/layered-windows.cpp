#include "desktop/layered-windows.h"

#include <algorithm>
#include <memory>

#include "desktop/pixel-shape.h"
#include "desktop/rects.h"
#include "process/system-name.h"
#include "win/handles.h"

namespace xpane {
namespace {

constexpr Micros readEach = 100000;      // one window, however often it changes
constexpr long long mostPixels = 4 * 1024 * 1024;  // larger ones stay rectangles

// Calls `use` with the window's pixels as they are, the alpha byte included; what is off the screen is not there.
// False: it cannot be read now.
template <typename Use>
bool withPixels(HWND window, const Rect& frame, const Rect& desktop, Use use) {
    BITMAPINFO info = {};
    info.bmiHeader.biSize = sizeof info.bmiHeader;
    info.bmiHeader.biWidth = frame.width;
    info.bmiHeader.biHeight = -frame.height;
    info.bmiHeader.biPlanes = 1;
    info.bmiHeader.biBitCount = 32;
    void* bits = nullptr;
    UniqueMemoryDc memory(CreateCompatibleDC(nullptr));
    UniqueBitmap bitmap(CreateDIBSection(nullptr, &info, DIB_RGB_COLORS, &bits, nullptr, 0));
    if (!memory || !bitmap) return false;
    Selected selected(memory.get(), bitmap.get());
    WindowDc dc(window, GetWindowDC(window));
    const Rect seen = moved(intersect(frame, desktop), -frame.x, -frame.y);
    if (!dc || isEmpty(seen)) return false;
    if (!BitBlt(memory.get(), seen.x, seen.y, seen.width, seen.height, dc.get(), seen.x, seen.y, SRCCOPY)) return false;
    GdiFlush();
    use(RawPixels{static_cast<const uint32_t*>(bits), frame.width, frame.height});
    return true;
}

// Wine leaves out what has the key's colour, so nobody sees that colour.
std::optional<Shape> shapeOf(const RawPixels& pixels, const Layering& layering) {
    static const bool wine = isWine();
    if (!layering.key) return shapeByAlpha(pixels);
    Shape shape = shapeByKey(pixels, *layering.key, wine);
    // Not drawn yet: all of it is black.
    return shape.empty() ? std::nullopt : std::make_optional(std::move(shape));
}

std::optional<Shape> read(const TrackedWindow& window, const Rect& desktop) {
    const Rect& frame = window.frame;
    if (isEmpty(frame) || areaOf(frame) > mostPixels) return std::nullopt;
    std::optional<Shape> shape;
    withPixels(window.handle, frame, desktop, [&](const RawPixels& pixels) { shape = shapeOf(pixels, window.layering); });
    return shape;
}

}  // namespace

void LayeredWindows::follow(WindowTracker& tracker) {
    for (auto at = entries_.begin(); at != entries_.end();) {
        TrackedWindow* window = tracker.find(at->first);
        at = window && window->layering.byPixels() ? std::next(at) : entries_.erase(at);
    }
    for (const auto& [id, window] : tracker.all()) {
        if (window.layering.byPixels()) entries_.try_emplace(id);
    }
    due_ = entries_.empty() ? never : 0;
}

std::vector<uint32_t> LayeredWindows::check(WindowTracker& tracker, const SurfaceRelay& relay, Micros now) {
    if (now < due_) return {};
    due_ = never;
    std::vector<uint32_t> reshaped;
    bool looked = false;
    for (auto& [id, entry] : entries_) {
        TrackedWindow* window = tracker.find(id);
        const uint32_t frames = relay.framesOf(id);
        if (!window || frames == entry.frames) continue;
        if (looked || now < entry.nextAt) {
            due_ = std::min(due_, std::max(entry.nextAt, now));
            continue;
        }
        looked = true;
        entry = {frames, now + readEach};
        std::optional<Shape> shape = readable_ ? read(*window, tracker.desktop()) : std::nullopt;
        if (shape == window->pixelShape) continue;
        window->pixelShape = std::move(shape);
        tracker.reshape(*window);
        reshaped.push_back(id);
    }
    return reshaped;
}

}  // namespace xpane
