#include "desktop/surface-stream.h"

#include <utility>

#include "desktop/change-merge.h"
#include "desktop/rects.h"

namespace xpane {

void SurfaceStream::resize(int width, int height) {
    image_.resize(width, height);
    pending_.clear();
    scroll_.reset();
    wholePending_ = true;
    taken_ = false;
}

std::vector<Change> SurfaceStream::take(const PixelView& now) {
    std::vector<Change> changes = takeScroll(now);
    std::vector<Change> differing = image_.update(now);
    taken_ = true;
    if (!wholePending_) pending_.insert(pending_.end(), differing.begin(), differing.end());
    changes.insert(changes.end(), differing.begin(), differing.end());
    return changes;
}

std::vector<Change> SurfaceStream::takeScroll(const PixelView& now) {
    if (hasPending() || !finder_.mayTry()) return {};
    Rect changed;
    for (const Rect& place : image_.differing(now)) changed = unite(changed, place);
    scroll_ = finder_.find(image_, now, changed);
    if (!scroll_) return {};
    image_.apply(*scroll_);
    return {{scroll_->to, std::nullopt}};
}

bool SurfaceStream::flush(Outbox& outbox, uint32_t frameWindow, Line& line) {
    if (!taken_ || !hasPending() || !mayLook(frameWindow)) return false;
    FrameHeader header{windowId_, ++sequence_, wholePending_};
    if (wholePending_) {
        pending_ = image_.whole();
        scroll_.reset();
    }
    std::vector<Change> changes = mergeChanges(std::move(pending_), mostRectsPerFrame - 1);
    FrameMeans means;
    means.memory = outbox.spareMemory();
    means.packer = line.packerFor(changes);
    std::vector<uint8_t> frame = encodeFrame(header, image_, scroll_, changes, std::move(means));
    underWay_.push_back({frame.size(), line.now()});
    outbox.binary(std::move(frame));
    pending_ = std::move(changes);
    scroll_.reset();
    wholePending_ = false;
    return true;
}

void SurfaceStream::acknowledge(uint32_t sequence, Line& line) {
    if (sequence > sequence_) return;
    for (; acknowledged_ < sequence; ++acknowledged_) {
        line.acknowledged(underWay_.front().bytes, underWay_.front().at);
        underWay_.pop_front();
    }
}

}  // namespace xpane
