// How fast the line to the host is, by the frames that it acknowledged, and whether deflating pays on it. Pure: times
// come in.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "desktop/look-schedule.h"

namespace xpane {

class LineMeter {
public:
    // A frame of so many bytes, sent at `sentAt`, is shown and acknowledged.
    void acknowledged(size_t bytes, Micros sentAt, Micros now);
    // The best of the newest few measurements; nothing before there are enough. A line is at least as fast as it has
    // just been: what is slower now and then is a busy machine, not the line.
    std::optional<double> bytesPerSecond() const;

    // Whether a frame of so many bytes had better be deflated, given what that costs (bytes a second) and leaves over
    // (ratio). Never on a fast line; now and then a frame goes as it is, to measure the line with.
    bool shouldPack(size_t bytes, double packedPerSecond, double ratio, Micros now);

private:
    static constexpr size_t kept = 8;
    std::array<double, kept> samples_{};
    size_t count_ = 0;
    Micros freeAt_ = 0;      // the frame acknowledged last was over
    Micros measuredAt_ = 0;
    bool packing_ = false;
};

}  // namespace xpane
