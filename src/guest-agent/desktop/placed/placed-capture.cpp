// The backend for guests where a covered window cannot be read: what is on the desktop, not covered, and drawn since
// it came into view.
#include "desktop/capture.h"
#include "desktop/placed/exposure.h"
#include "desktop/placed/paint-proof.h"
#include "desktop/rects.h"

namespace xpane {
namespace {

Exposure::Key keyOf(HWND window) { return reinterpret_cast<Exposure::Key>(window); }

class PlacedCapture : public CaptureBackend {
public:
    const char* name() const override { return "placed"; }
    bool dependsOnOrder() const override { return true; }

    std::vector<HWND> arranged(const std::vector<VisibleWindow>& windows, const Rect& desktop, Micros now) override {
        if (!(windows == windows_) || desktop != desktop_) expose(windows, desktop, now);
        std::vector<HWND> drawn = proof_.take(now);
        for (HWND window : drawn) exposure_.drawn(keyOf(window));
        return drawn;
    }
    Micros arrangedDue(Micros now) const override { return proof_.dueAt(now); }

    std::vector<Rect> readable(HWND window, const Rect& area, const std::vector<Rect>& above,
                               const Rect& desktop) const override {
        return exposure_.readable(keyOf(window), area, above, desktop);
    }

    const PixelView* capture(HWND window, const Rect& frame, const Rect& area) override {
        const PixelView* view = reader_->capture(window, frame, area);
        // What covers it is known for the old place only.
        auto after = frameOf(window);
        return after && *after == frame ? view : nullptr;
    }

private:
    void expose(const std::vector<VisibleWindow>& windows, const Rect& desktop, Micros now) {
        windows_ = windows;
        desktop_ = desktop;
        std::vector<Exposure::Standing> standing;
        for (const VisibleWindow& window : windows) standing.push_back({keyOf(window.handle), window.frame});
        for (Exposure::Key key : exposure_.arrange(standing, desktop)) proof_.ask(reinterpret_cast<HWND>(key), now);
    }

    std::unique_ptr<CaptureBackend> reader_ = makeRedirectedCapture();  // reads whatever it is told to
    Exposure exposure_;
    PaintProof proof_;
    std::vector<VisibleWindow> windows_;  // as arranged last
    Rect desktop_;
};

}  // namespace

std::unique_ptr<CaptureBackend> makePlacedCapture() { return std::make_unique<PlacedCapture>(); }

}  // namespace xpane
