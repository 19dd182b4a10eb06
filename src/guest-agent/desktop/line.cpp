#include "desktop/line.h"

#include "desktop/rects.h"

namespace xpane {

PixelPacker* Line::packerFor(const std::vector<Change>& changes) {
    size_t bytes = 0;
    for (const Change& change : changes) {
        if (!change.colour) bytes += static_cast<size_t>(areaOf(change.rect)) * sizeof(uint32_t);
    }
    if (meter_.shouldPack(bytes, packer_.bytesPerSecond(), packer_.ratio(), now())) return &packer_;
    packer_.forgetSome();
    return nullptr;
}

}  // namespace xpane
