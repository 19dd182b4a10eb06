// Reads by GetWindowDC and BitBlt, and takes whole windows for readable; the other backend is placed/.
#include "desktop/capture.h"
#include "desktop/rects.h"
#include "desktop/window-query.h"
#include "win/handles.h"

namespace xpane {
namespace {

// A top-down 32-bit bitmap that grows to the largest area that was asked for.
class Canvas {
public:
    bool fits(int width, int height) const { return bitmap_ && width <= width_ && height <= height_; }
    bool grow(int width, int height) {
        selected_.reset();
        width_ = std::max(width, width_);
        height_ = std::max(height, height_);
        BITMAPINFO info = {};
        info.bmiHeader.biSize = sizeof info.bmiHeader;
        info.bmiHeader.biWidth = width_;
        info.bmiHeader.biHeight = -height_;
        info.bmiHeader.biPlanes = 1;
        info.bmiHeader.biBitCount = 32;
        if (!dc_) dc_.reset(CreateCompatibleDC(nullptr));
        void* bits = nullptr;
        bitmap_.reset(CreateDIBSection(nullptr, &info, DIB_RGB_COLORS, &bits, nullptr, 0));
        if (!dc_ || !bitmap_) {
            bitmap_.reset();
            width_ = height_ = 0;
            return false;
        }
        pixels_ = static_cast<uint32_t*>(bits);
        selected_ = std::make_unique<Selected>(dc_.get(), bitmap_.get());
        return true;
    }
    HDC dc() const { return dc_.get(); }
    uint32_t* pixels() const { return pixels_; }
    int stridePx() const { return width_; }

private:
    UniqueMemoryDc dc_;
    UniqueBitmap bitmap_;
    std::unique_ptr<Selected> selected_;  // goes before the other two
    uint32_t* pixels_ = nullptr;
    int width_ = 0, height_ = 0;
};

class RedirectedCapture : public CaptureBackend {
public:
    const char* name() const override { return "redirected"; }
    bool dependsOnOrder() const override { return false; }
    std::vector<HWND> arranged(const std::vector<VisibleWindow>&, const Rect&, Micros) override { return {}; }
    Micros arrangedDue(Micros) const override { return never; }
    std::vector<Rect> readable(HWND, const Rect& area, const std::vector<Rect>&, const Rect&) const override {
        return {area};
    }
    const PixelView* capture(HWND window, const Rect& frame, const Rect& area) override {
        if (isEmpty(area)) return nullptr;
        if (!canvas_.fits(area.width, area.height) && !canvas_.grow(area.width, area.height)) return nullptr;
        {
            WindowDc dc(window, GetWindowDC(window));
            if (!dc || !BitBlt(canvas_.dc(), 0, 0, area.width, area.height, dc.get(), area.x - frame.x,
                               area.y - frame.y, SRCCOPY)) {
                return nullptr;
            }
        }
        GdiFlush();
        // One that only moved keeps its pixels, and they were read by its own corner.
        auto after = frameOf(window);
        if (!after || after->width != frame.width || after->height != frame.height) return nullptr;
        view_ = {canvas_.pixels(), canvas_.stridePx(), area};
        return &view_;
    }

private:
    Canvas canvas_;
    PixelView view_;
};

}  // namespace

std::unique_ptr<CaptureBackend> makeRedirectedCapture() { return std::make_unique<RedirectedCapture>(); }

}  // namespace xpane
