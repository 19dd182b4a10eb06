#include "desktop/line-meter.h"

#include <algorithm>

namespace xpane {
namespace {

constexpr size_t tellingBytes = 64 * 1024;  // of less, the way there and back is the most
constexpr size_t smallBytes = 8 * 1024;     // not worth the trouble
constexpr size_t enough = 3;                // measurements
constexpr double fastLine = 80e6;           // bytes a second: loopback, a VM's own network
constexpr double inflating = 250e6;         // what the host does of it
constexpr double worthBeginning = 0.7, worthGoingOn = 0.9;  // of the time it takes without
constexpr Micros measureEach = 3000000, measureFor = 150000;

}  // namespace

void LineMeter::acknowledged(size_t bytes, Micros sentAt, Micros now) {
    const Micros begun = std::max(sentAt, freeAt_);
    freeAt_ = now;
    if (bytes < tellingBytes) return;
    samples_[count_++ % kept] = static_cast<double>(bytes) * 1e6 / static_cast<double>(std::max<Micros>(now - begun, 1));
    measuredAt_ = now;
}

std::optional<double> LineMeter::bytesPerSecond() const {
    if (count_ < enough) return std::nullopt;
    return *std::max_element(samples_.begin(), samples_.end());
}

bool LineMeter::shouldPack(size_t bytes, double packedPerSecond, double ratio, Micros now) {
    const auto line = bytesPerSecond();
    if (!line || *line >= fastLine) return packing_ = false;
    const double asItIs = 1 / *line;
    const double packed = 1 / packedPerSecond + ratio / *line + 1 / inflating;
    packing_ = packed < (packing_ ? worthGoingOn : worthBeginning) * asItIs;
    if (!packing_ || bytes < smallBytes) return false;
    const double takesUs = static_cast<double>(bytes) * asItIs * 1e6;
    return bytes < tellingBytes || now - measuredAt_ < measureEach || takesUs > static_cast<double>(measureFor);
}

}  // namespace xpane
