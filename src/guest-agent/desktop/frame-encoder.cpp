#include "desktop/frame-encoder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "desktop/pixel-packer.h"
#include "desktop/rects.h"

namespace xpane {
namespace {

constexpr size_t frameHeaderBytes = 16, rectHeaderBytes = 16, pixelBytes = 4, pointBytes = 4;
enum : uint8_t { kindFrame = 1, encodingRaw = 0, encodingFill = 1, encodingCopy = 2, encodingDeflate = 3 };

// Writes forwards into memory of which it first takes as much as it may need, without clearing it.
class Writer {
public:
    Writer(std::vector<uint8_t> memory, size_t bytes) : out_(std::move(memory)) { out_.resize(bytes); }

    size_t room() const { return out_.size() - at_; }
    uint8_t* next() { return out_.data() + at_; }
    void skip(size_t bytes) { at_ += bytes; }
    void put8(unsigned value) { out_[at_++] = static_cast<uint8_t>(value); }
    void put16(unsigned value) {
        put8(value);
        put8(value >> 8);
    }
    void put32(uint32_t value) {
        put16(value & 0xffff);
        put16(value >> 16);
    }
    std::vector<uint8_t> take(size_t rectCount) {
        out_.resize(at_);
        out_[2] = static_cast<uint8_t>(rectCount);
        out_[3] = static_cast<uint8_t>(rectCount >> 8);
        return std::move(out_);
    }

private:
    std::vector<uint8_t> out_;
    size_t at_ = 0;
};

// As it goes without packing.
size_t payloadBytes(const Change& change) {
    return change.colour ? pixelBytes : static_cast<size_t>(areaOf(change.rect)) * pixelBytes;
}

void putFrameHeader(Writer& out, const FrameHeader& header, const SurfaceImage& image) {
    out.put8(kindFrame);
    out.put8(header.whole ? 1 : 0);
    out.put16(0);  // number of rectangles, known at the end
    out.put32(header.windowId);
    out.put32(header.sequence);
    out.put16(static_cast<unsigned>(image.width()));
    out.put16(static_cast<unsigned>(image.height()));
}

void putRectHeader(Writer& out, const Rect& rect, uint8_t encoding, size_t payload) {
    out.put16(static_cast<unsigned>(rect.x));
    out.put16(static_cast<unsigned>(rect.y));
    out.put16(static_cast<unsigned>(rect.width));
    out.put16(static_cast<unsigned>(rect.height));
    out.put32(encoding);  // and three bytes of 0
    out.put32(static_cast<uint32_t>(payload));
}

void putFill(Writer& out, const Rect& rect, uint32_t colour) {
    putRectHeader(out, rect, encodingFill, pixelBytes);
    out.put32(colour);
}

void putCopy(Writer& out, const Scroll& scroll) {
    putRectHeader(out, scroll.to, encodingCopy, pointBytes);
    out.put16(static_cast<unsigned>(scroll.to.x));
    out.put16(static_cast<unsigned>(scroll.to.y - scroll.byPx));
}

bool putPacked(Writer& out, const SurfaceImage& image, const Rect& rect, PixelPacker& packer) {
    const std::optional<size_t> packed = packer.pack(image, rect, out.next() + rectHeaderBytes,
                                                     out.room() - rectHeaderBytes);
    if (!packed) return false;
    putRectHeader(out, rect, encodingDeflate, *packed);
    out.skip(*packed);
    return true;
}

void putChange(Writer& out, const SurfaceImage& image, const Change& change, PixelPacker* packer) {
    if (change.colour) return putFill(out, change.rect, *change.colour);
    if (packer && putPacked(out, image, change.rect, *packer)) return;
    const size_t bytes = payloadBytes(change);
    putRectHeader(out, change.rect, encodingRaw, bytes);
    image.copyTo(change.rect, out.next());
    out.skip(bytes);
}

// As many whole rows of the change as fit into `room` bytes, cut off its top.
bool cutRows(Change& change, size_t room, Change& top) {
    size_t rowBytes = static_cast<size_t>(change.rect.width) * pixelBytes;
    if (room < rectHeaderBytes + rowBytes) return false;
    int rows = static_cast<int>((room - rectHeaderBytes) / rowBytes);
    top = {{change.rect.x, change.rect.y, change.rect.width, rows}, change.colour};
    change.rect.y += rows;
    change.rect.height -= rows;
    return true;
}

size_t bytesOf(const std::vector<Change>& changes, bool scrolls) {
    size_t bytes = frameHeaderBytes + (scrolls ? rectHeaderBytes + pointBytes : 0);
    for (const Change& change : changes) bytes += rectHeaderBytes + payloadBytes(change);
    return bytes;
}

}  // namespace

std::vector<uint8_t> encodeFrame(const FrameHeader& header, const SurfaceImage& image,
                                 const std::optional<Scroll>& scroll, std::vector<Change>& changes,
                                 FrameMeans means) {
    const size_t wanted = bytesOf(changes, scroll.has_value());
    const bool fits = wanted <= means.mostBytes && changes.size() + (scroll ? 1 : 0) <= mostRectsPerFrame;
    Writer out(std::move(means.memory), fits ? wanted : means.mostBytes);
    putFrameHeader(out, header, image);

    size_t count = 0, done = 0;
    if (header.whole && !fits) {
        putFill(out, image.bounds(), SurfaceImage::placeholder);
        ++count;
    } else if (scroll) {
        putCopy(out, *scroll);
        ++count;
    }
    while (done < changes.size() && count < mostRectsPerFrame) {
        if (rectHeaderBytes + payloadBytes(changes[done]) <= out.room()) {
            putChange(out, image, changes[done++], means.packer);
            ++count;
            continue;
        }
        Change top;
        if (cutRows(changes[done], out.room(), top)) {
            putChange(out, image, top, means.packer);
            ++count;
        }
        break;
    }
    changes.erase(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(done));
    return out.take(count);
}

}  // namespace xpane
