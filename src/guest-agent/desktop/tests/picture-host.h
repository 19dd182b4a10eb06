// For tests: pictures, and a host that keeps to the letter of BINARY.md and complains about the rest.
#pragma once

#include <zlib.h>

#include <vector>

#include "channel/outbox.h"
#include "desktop/frame-encoder.h"
#include "desktop/line.h"
#include "desktop/rects.h"
#include "desktop/surface-image.h"
#include "tests/check.h"

namespace xpane {

struct Picture {
    int width, height;
    std::vector<uint32_t> pixels;
    Picture(int w, int h, uint32_t colour) : width(w), height(h), pixels(static_cast<size_t>(w) * h, colour) {}
    uint32_t& at(int x, int y) { return pixels[static_cast<size_t>(y) * width + x]; }
    void fill(const Rect& wanted, uint32_t colour) {
        const Rect r = intersect(wanted, {0, 0, width, height});
        for (int y = r.y; y < bottomOf(r); ++y) {
            for (int x = r.x; x < rightOf(r); ++x) at(x, y) = colour;
        }
    }
    PixelView view() const { return {pixels.data(), width, {0, 0, width, height}}; }
    // Only a part of it, as a capture of a damaged rectangle comes.
    PixelView view(const Rect& r) const {
        return {pixels.data() + static_cast<size_t>(r.y) * width + r.x, width, r};
    }
};

inline uint32_t le(const std::vector<uint8_t>& b, size_t at, int bytes) {
    uint32_t value = 0;
    for (int i = bytes - 1; i >= 0; --i) value = value << 8 | b.at(at + i);
    return value;
}

// A host that follows BINARY.md to the letter and complains.
struct Host {
    Picture screen{0, 0, 0};
    uint32_t sequence = 0;
    size_t frames = 0, bytes = 0, copies = 0, deflated = 0;

    void apply(const std::vector<uint8_t>& m) {
        ++frames;
        bytes += m.size();
        CHECK(m.size() <= mostFrameBytes);
        CHECK_EQUAL(m.at(0), 1);
        unsigned count = le(m, 2, 2);
        CHECK(count >= 1 && count <= mostRectsPerFrame);
        CHECK_EQUAL(le(m, 8, 4), sequence + 1);
        sequence = le(m, 8, 4);
        int width = le(m, 12, 2), height = le(m, 14, 2);
        bool whole = m.at(1) & 1;
        if (width != screen.width || height != screen.height) {
            CHECK(whole);
            screen = Picture(width, height, 0xdeadbeef);
        }
        Picture covered(width, height, 0);
        size_t at = 16;
        for (unsigned i = 0; i < count; ++i) at = applyRect(m, at, covered);
        CHECK_EQUAL(at, m.size());
        if (whole) {
            for (uint32_t pixel : covered.pixels) CHECK_EQUAL(pixel, 1u);
        }
    }
    size_t applyRect(const std::vector<uint8_t>& m, size_t at, Picture& covered) {
        Rect r{static_cast<int>(le(m, at, 2)), static_cast<int>(le(m, at + 2, 2)), static_cast<int>(le(m, at + 4, 2)),
               static_cast<int>(le(m, at + 6, 2))};
        CHECK(!isEmpty(r) && contains({0, 0, screen.width, screen.height}, r));
        unsigned encoding = m.at(at + 8), size = le(m, at + 12, 4);
        CHECK_EQUAL(m.at(at + 9) + m.at(at + 10) + m.at(at + 11), 0);
        at += 16;
        const size_t pixelBytes = static_cast<size_t>(areaOf(r)) * 4;
        if (encoding == 2) return applyCopy(m, at, r, covered);
        std::vector<uint8_t> payload(m.begin() + static_cast<long>(at), m.begin() + static_cast<long>(at + size));
        if (encoding == 3) payload = inflated(payload, pixelBytes);
        CHECK_EQUAL(payload.size(), encoding == 1 ? 4u : pixelBytes);
        size_t from = 0;
        for (int y = r.y; y < bottomOf(r); ++y) {
            for (int x = r.x; x < rightOf(r); ++x) {
                screen.at(x, y) = le(payload, from, 4);
                covered.at(x, y) = 1;
                if (encoding != 1) from += 4;
            }
        }
        return at + size;
    }
    size_t applyCopy(const std::vector<uint8_t>& m, size_t at, const Rect& to, Picture& covered) {
        ++copies;
        const Rect from{static_cast<int>(le(m, at, 2)), static_cast<int>(le(m, at + 2, 2)), to.width, to.height};
        CHECK(contains({0, 0, screen.width, screen.height}, from));
        const Picture before = screen;
        for (int y = 0; y < to.height; ++y) {
            for (int x = 0; x < to.width; ++x) {
                screen.at(to.x + x, to.y + y) = before.pixels[static_cast<size_t>(from.y + y) * before.width + from.x + x];
                covered.at(to.x + x, to.y + y) = 1;
            }
        }
        return at + 4;
    }
    std::vector<uint8_t> inflated(const std::vector<uint8_t>& payload, size_t bytes) {
        ++deflated;
        std::vector<uint8_t> pixels(bytes + 1);
        uLongf size = pixels.size();
        CHECK_EQUAL(uncompress(pixels.data(), &size, payload.data(), payload.size()), Z_OK);
        CHECK_EQUAL(size, bytes);
        pixels.resize(size);
        return pixels;
    }
};

struct HostOutbox : Outbox {
    Host host;
    Micros nowUs = 0;
    Line line{[this] { return nowUs += 2000; }};  // whatever is done takes some time
    void control(const nlohmann::json&) override {}
    void binary(std::vector<uint8_t> message) override { host.apply(message); }
    size_t queuedBytes() const override { return 0; }
};

}  // namespace xpane
