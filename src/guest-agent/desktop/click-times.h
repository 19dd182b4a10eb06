// When buttons went down and up, in the guest's time but spaced as the user spaced them: Windows tells a double click
// by the times of the presses, and a slow channel or a window that must come up first would pull them apart or
// together.
#pragma once

#include <cstdint>
#include <optional>

namespace xpane {

class ClickTimes {
public:
    // `sinceMs`: from the button event before this one, as it happened at the host. The result is never after `now`
    // (milliseconds of GetTickCount, which wraps): the quickest way an event ever took sets the two clocks' distance.
    uint32_t stamp(std::optional<uint32_t> sinceMs, uint32_t now) {
        const uint32_t at = last_ + sinceMs.value_or(0);
        const auto late = static_cast<int32_t>(now - at);
        // Nothing takes that long: the guest's clock has leapt, or the host began anew.
        const bool apart = !sinceMs || late > mostLateMs;
        last_ = apart || late < 0 ? now : at;
        return last_;
    }

private:
    static constexpr int32_t mostLateMs = 3000;
    uint32_t last_ = 0;
};

}  // namespace xpane
