#include "desktop/frame-encoder.h"

#include <algorithm>
#include <cstring>

#include "desktop/rects.h"

namespace xpane {
namespace {

constexpr size_t frameHeaderBytes = 16, rectHeaderBytes = 16, pixelBytes = 4;
enum : uint8_t { kindFrame = 1, encodingRaw = 0, encodingFill = 1 };

void put16(std::vector<uint8_t>& out, unsigned value) {
    out.push_back(static_cast<uint8_t>(value));
    out.push_back(static_cast<uint8_t>(value >> 8));
}

void put32(std::vector<uint8_t>& out, uint32_t value) {
    put16(out, value & 0xffff);
    put16(out, value >> 16);
}

size_t payloadBytes(const Change& change) {
    return change.colour ? pixelBytes : static_cast<size_t>(areaOf(change.rect)) * pixelBytes;
}

void putRectHeader(std::vector<uint8_t>& out, const Rect& rect, uint8_t encoding, size_t payload) {
    put16(out, rect.x);
    put16(out, rect.y);
    put16(out, rect.width);
    put16(out, rect.height);
    out.push_back(encoding);
    out.insert(out.end(), 3, 0);
    put32(out, static_cast<uint32_t>(payload));
}

void putFill(std::vector<uint8_t>& out, const Rect& rect, uint32_t colour) {
    putRectHeader(out, rect, encodingFill, pixelBytes);
    put32(out, colour);
}

void putChange(std::vector<uint8_t>& out, const SurfaceImage& image, const Change& change) {
    if (change.colour) return putFill(out, change.rect, *change.colour);
    size_t bytes = payloadBytes(change);
    putRectHeader(out, change.rect, encodingRaw, bytes);
    size_t at = out.size();
    out.resize(at + bytes);
    image.copyTo(change.rect, out.data() + at);
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

size_t bytesOf(const std::vector<Change>& changes) {
    size_t bytes = frameHeaderBytes;
    for (const Change& change : changes) bytes += rectHeaderBytes + payloadBytes(change);
    return bytes;
}

}  // namespace

std::vector<uint8_t> encodeFrame(const FrameHeader& header, const SurfaceImage& image, std::vector<Change>& changes,
                                 size_t mostBytes) {
    size_t wanted = bytesOf(changes);
    bool fits = wanted <= mostBytes && changes.size() <= mostRectsPerFrame;
    std::vector<uint8_t> out;
    out.reserve(std::min(wanted, mostBytes));
    out.push_back(kindFrame);
    out.push_back(header.whole ? 1 : 0);
    put16(out, 0);  // number of rectangles, known at the end
    put32(out, header.windowId);
    put32(out, header.sequence);
    put16(out, image.width());
    put16(out, image.height());

    size_t count = 0, done = 0;
    if (header.whole && !fits) {
        putFill(out, image.bounds(), SurfaceImage::placeholder);
        ++count;
    }
    while (done < changes.size() && count < mostRectsPerFrame) {
        size_t room = mostBytes - out.size();
        if (rectHeaderBytes + payloadBytes(changes[done]) <= room) {
            putChange(out, image, changes[done++]);
            ++count;
            continue;
        }
        Change top;
        if (cutRows(changes[done], room, top)) {
            putChange(out, image, top);
            ++count;
        }
        break;
    }
    changes.erase(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(done));
    out[2] = static_cast<uint8_t>(count);
    out[3] = static_cast<uint8_t>(count >> 8);
    return out;
}

}  // namespace xpane
