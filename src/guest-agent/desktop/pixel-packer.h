// Deflates pixels for slow lines (RFC 1950, level 1), and keeps count of what that costs and brings.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "desktop/look-schedule.h"
#include "desktop/surface-image.h"

namespace xpane {

class PixelPacker {
public:
    // `clock`: in microseconds.
    explicit PixelPacker(std::function<Micros()> clock);
    ~PixelPacker();
    PixelPacker(const PixelPacker&) = delete;
    PixelPacker& operator=(const PixelPacker&) = delete;

    // Writes the pixels of `rect` as a zlib stream of fewer bytes than they have, at most `room`; returns how many, or
    // nothing if that is not to be had. Gives up after the first rows of pixels that do not get smaller.
    std::optional<size_t> pack(const SurfaceImage& image, const Rect& rect, uint8_t* out, size_t room);

    // Packed bytes of each byte packed lately; 1 where it gave up.
    double ratio() const { return ratio_; }
    double bytesPerSecond() const { return bytesPerSecond_; }
    // A frame was sent without packing: what it would have brought becomes uncertain.
    void forgetSome();

private:
    struct Stream;
    void learn(size_t bytes, size_t packed, Micros costUs);

    std::function<Micros()> clock_;
    std::unique_ptr<Stream> stream_;  // made when it is first needed: a quarter of a megabyte
    std::vector<uint8_t> rows_;
    double ratio_, bytesPerSecond_;
};

}  // namespace xpane
