// The way of one window's pixels to the host: what the host has, what it lacks, and how many frames are under way.
#pragma once

#include <deque>

#include "channel/outbox.h"
#include "desktop/frame-encoder.h"
#include "desktop/line.h"
#include "desktop/scroll-finder.h"
#include "desktop/surface-image.h"

namespace xpane {

class SurfaceStream {
public:
    explicit SurfaceStream(uint32_t windowId) : windowId_(windowId) {}

    const SurfaceImage& image() const { return image_; }
    // A surface of another size starts again with the whole of it.
    void resize(int width, int height);
    // The host has no pixels of it (any more).
    void refresh() { wholePending_ = true; }
    // Newer pixels. Returns what differed.
    std::vector<Change> take(const PixelView& now);
    // True while a look would be of use now: another frame may go out.
    bool mayLook(uint32_t frameWindow) const { return sequence_ - acknowledged_ < frameWindow; }
    // Sends what is pending as one frame, if another may be under way. True: it sent one.
    bool flush(Outbox& outbox, uint32_t frameWindow, Line& line);
    // Acknowledges every frame up to `sequence`; a number never sent is ignored.
    void acknowledge(uint32_t sequence, Line& line);
    // Frames sent since the connection began.
    uint32_t sent() const { return sequence_; }
    bool hasPending() const { return wholePending_ || scroll_ || !pending_.empty(); }

private:
    struct Sent {
        size_t bytes;
        Micros at;
    };
    // What moved, taken over by the image; only when the host has all that the image has.
    std::vector<Change> takeScroll(const PixelView& now);

    uint32_t windowId_;
    SurfaceImage image_;
    ScrollFinder finder_;
    std::optional<Scroll> scroll_;  // pending, before all that is in `pending_`
    std::vector<Change> pending_;   // places only: pixels are taken from the image when the frame is made
    std::deque<Sent> underWay_;     // oldest first
    bool wholePending_ = true;
    bool taken_ = false;  // something was read since the last resize
    uint32_t sequence_ = 0, acknowledged_ = 0;
};

}  // namespace xpane
