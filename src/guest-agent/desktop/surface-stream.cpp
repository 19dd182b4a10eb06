#include "desktop/surface-stream.h"

#include <utility>

#include "desktop/change-merge.h"

namespace xpane {

void SurfaceStream::resize(int width, int height) {
    image_.resize(width, height);
    pending_.clear();
    wholePending_ = true;
    taken_ = false;
}

std::vector<Change> SurfaceStream::take(const PixelView& now) {
    std::vector<Change> changes = image_.update(now);
    taken_ = true;
    if (!wholePending_) pending_.insert(pending_.end(), changes.begin(), changes.end());
    return changes;
}

bool SurfaceStream::flush(Outbox& outbox, uint32_t frameWindow) {
    if (!taken_ || !hasPending() || !mayLook(frameWindow)) return false;
    FrameHeader header{windowId_, ++sequence_, wholePending_};
    if (wholePending_) pending_ = image_.whole();
    std::vector<Change> changes = mergeChanges(std::move(pending_), mostRectsPerFrame);
    outbox.binary(encodeFrame(header, image_, changes));
    pending_ = std::move(changes);
    wholePending_ = false;
    return true;
}

void SurfaceStream::acknowledge(uint32_t sequence) {
    if (sequence <= sequence_ && sequence > acknowledged_) acknowledged_ = sequence;
}

}  // namespace xpane
