// The line to the host as those see it who send frames: how fast it is, and what packs for it. One for all windows.
#pragma once

#include <functional>
#include <vector>

#include "desktop/line-meter.h"
#include "desktop/pixel-packer.h"
#include "desktop/surface-image.h"

namespace xpane {

class Line {
public:
    // `clock`: in microseconds.
    explicit Line(std::function<Micros()> clock) : clock_(clock), packer_(clock) {}

    Micros now() const { return clock_(); }
    // A frame sent then is acknowledged.
    void acknowledged(size_t bytes, Micros sentAt) { meter_.acknowledged(bytes, sentAt, now()); }
    // Who is to deflate these changes; null if they had better go as they are.
    PixelPacker* packerFor(const std::vector<Change>& changes);
    // Another host, another line.
    void forget() { meter_ = {}; }

private:
    std::function<Micros()> clock_;
    LineMeter meter_;
    PixelPacker packer_;
};

}  // namespace xpane
