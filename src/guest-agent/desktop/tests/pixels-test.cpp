#include <cstring>
#include <random>

#include "desktop/change-merge.h"
#include "desktop/frame-encoder.h"
#include "desktop/rects.h"
#include "desktop/surface-image.h"
#include "desktop/surface-stream.h"
#include "desktop/window-info.h"
#include "tests/check.h"

using namespace xpane;

namespace {

struct Picture {
    int width, height;
    std::vector<uint32_t> pixels;
    Picture(int w, int h, uint32_t colour) : width(w), height(h), pixels(static_cast<size_t>(w) * h, colour) {}
    uint32_t& at(int x, int y) { return pixels[static_cast<size_t>(y) * width + x]; }
    void fill(const Rect& r, uint32_t colour) {
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

uint32_t le(const std::vector<uint8_t>& b, size_t at, int bytes) {
    uint32_t value = 0;
    for (int i = bytes - 1; i >= 0; --i) value = value << 8 | b.at(at + i);
    return value;
}

// A host that follows BINARY.md to the letter and complains.
struct Host {
    Picture screen{0, 0, 0};
    uint32_t sequence = 0;
    size_t frames = 0, bytes = 0;

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
        CHECK_EQUAL(size, encoding == 1 ? 4u : static_cast<unsigned>(areaOf(r)) * 4);
        size_t from = at;
        for (int y = r.y; y < bottomOf(r); ++y) {
            for (int x = r.x; x < rightOf(r); ++x) {
                screen.at(x, y) = le(m, from, 4);
                covered.at(x, y) = 1;
                if (encoding == 0) from += 4;
            }
        }
        return at + size;
    }
};

struct HostOutbox : Outbox {
    Host host;
    void control(const nlohmann::json&) override {}
    void binary(std::vector<uint8_t> message) override { host.apply(message); }
    size_t queuedBytes() const override { return 0; }
};

}  // namespace

TEST("surface image: only what differs, tight") {
    Picture picture(200, 130, 0x00ffffff);
    SurfaceImage image;
    image.resize(200, 130);
    CHECK_EQUAL(image.update(picture.view()).size(), 4u * 3u);  // everything is new
    CHECK(image.update(picture.view()).empty());
    picture.at(70, 66) = 0x00112233;
    picture.at(73, 69) = 0x00112233;
    auto changes = image.update(picture.view());
    CHECK_EQUAL(changes.size(), 1u);
    CHECK(changes[0].rect == (Rect{70, 66, 4, 4}));
    CHECK(!changes[0].colour);
    picture.fill({64, 64, 10, 10}, 0x00aabbcc);
    changes = image.update(picture.view({60, 60, 20, 20}));  // a part of the window was read
    CHECK(changes.size() == 1 && changes[0].colour && *changes[0].colour == 0x00aabbccu);
}

TEST("surface image: a black pixel that was never seen differs from a black pixel that was") {
    SurfaceImage image;
    image.resize(10, 10);
    Picture black(10, 10, 0);
    CHECK_EQUAL(image.update(black.view()).size(), 1u);
    CHECK(image.update(black.view()).empty());
}

TEST("unused byte: cleared within the rectangle only") {
    Picture picture(4, 2, 0xff112233);
    clearUnusedByte(picture.pixels.data(), 4, 3, 2);
    CHECK_EQUAL(picture.at(2, 1), 0x00112233u);
    CHECK_EQUAL(picture.at(3, 1), 0xff112233u);
}

TEST("change merge: tiles of one area become one rectangle, distant ones do not") {
    std::vector<Change> tiles;
    for (int y = 0; y < 6; ++y) {
        for (int x = 0; x < 10; ++x) tiles.push_back({{x * 64, y * 64, 64, 64}, std::nullopt});
    }
    auto merged = mergeChanges(tiles, 1024);
    CHECK(merged.size() == 1 && merged[0].rect == (Rect{0, 0, 640, 384}));
    merged = mergeChanges({{{0, 0, 10, 10}, std::nullopt}, {{500, 400, 10, 10}, std::nullopt}}, 1024);
    CHECK_EQUAL(merged.size(), 2u);
}

TEST("change merge: fills join their like only, and never more than exactly") {
    std::vector<Change> tiles{{{0, 0, 64, 64}, 1u}, {{64, 0, 64, 64}, 1u}, {{128, 0, 64, 64}, 2u}};
    auto merged = mergeChanges(tiles, 1024);
    CHECK_EQUAL(merged.size(), 2u);
    CHECK(merged[0].rect == (Rect{0, 0, 128, 64}) && merged[0].colour == 1u);
}

TEST("change merge: holds to the maximum") {
    std::vector<Change> spots;
    for (int i = 0; i < 5000; ++i) spots.push_back({{(i % 100) * 80, (i / 100) * 80, 1, 1}, std::nullopt});
    CHECK(mergeChanges(spots, 1024).size() <= 1024);
}

TEST("surface stream: the host's picture follows through random drawing") {
    std::mt19937 random(7);
    HostOutbox out;
    SurfaceStream stream(3);
    Picture picture(333, 217, 0x00d4d0c8);
    stream.resize(333, 217);
    for (int round = 0; round < 200; ++round) {
        int w = 1 + random() % 120, h = 1 + random() % 80;
        Rect r{static_cast<int>(random() % (334 - w)), static_cast<int>(random() % (218 - h)), w, h};
        if (random() % 2) {
            picture.fill(r, random() & 0xffffff);
        } else {
            for (int y = r.y; y < bottomOf(r); ++y) {
                for (int x = r.x; x < rightOf(r); ++x) picture.at(x, y) = random() & 0xffffff;
            }
        }
        stream.take(round % 3 ? picture.view() : picture.view(r));
        stream.flush(out, 1);
        if (round == 100) stream.refresh();
        stream.acknowledge(out.host.sequence);
    }
    stream.take(picture.view());
    stream.flush(out, 1);
    CHECK(out.host.screen.pixels == picture.pixels);
}

TEST("surface stream: no more frames under way than allowed, then the newest content") {
    HostOutbox out;
    SurfaceStream stream(3);
    stream.resize(100, 100);
    for (uint32_t i = 1; i <= 10; ++i) {
        Picture picture(100, 100, i);
        stream.take(picture.view());
        stream.flush(out, 2);
    }
    CHECK_EQUAL(out.host.frames, 2u);
    CHECK(!stream.mayLook(2));
    stream.acknowledge(99);  // never sent
    CHECK(!stream.mayLook(2));
    stream.acknowledge(1);
    CHECK(stream.flush(out, 2));
    CHECK_EQUAL(out.host.frames, 3u);
    CHECK_EQUAL(out.host.screen.at(50, 50), 10u);
}

TEST("surface stream: nothing is sent before something was read") {
    HostOutbox out;
    SurfaceStream stream(1);
    stream.resize(10, 10);
    CHECK(!stream.flush(out, 2));
}

TEST("frame encoder: a surface too large for one frame") {
    SurfaceStream stream(9);
    HostOutbox out;
    std::mt19937 random(1);
    Picture picture(4096, 1200, 0);
    for (uint32_t& pixel : picture.pixels) pixel = random() & 0xffffff;
    stream.resize(4096, 1200);
    stream.take(picture.view());
    int rounds = 0;
    while (stream.hasPending() && rounds++ < 10) {
        CHECK(stream.flush(out, 1));
        stream.acknowledge(out.host.sequence);
    }
    CHECK_EQUAL(out.host.frames, 2u);
    CHECK(out.host.screen.pixels == picture.pixels);
}

TEST("frame encoder: a plain surface is fills") {
    SurfaceStream stream(9);
    HostOutbox out;
    Picture picture(800, 600, 0x00ffffff);
    picture.fill({0, 0, 800, 20}, 0x00d4d0c8);
    stream.resize(800, 600);
    stream.take(picture.view());
    CHECK(stream.flush(out, 1));
    CHECK(out.host.screen.pixels == picture.pixels);
    CHECK(out.host.bytes < 800 * 64 * 4 + 1000);  // only the row of tiles with both colours is raw
}

TEST("window message: clamped to the protocol's maxima") {
    WindowInfo info;
    info.windowId = 7;
    info.title = std::string(2000, 'x');
    info.frame = {-100000, 100000, 1 << 20, -5};
    info.icon = 0xabull;
    auto message = windowMessage("window-created", info);
    CHECK_EQUAL(message["window"]["title"].get<std::string>().size(), 512u);
    CHECK_EQUAL(message["window"]["frame"]["x"].get<int>(), -32767);
    CHECK_EQUAL(message["window"]["frame"]["width"].get<int>(), 32767);
    CHECK_EQUAL(message["window"]["frame"]["height"].get<int>(), 0);
    CHECK_EQUAL(message["window"]["iconId"].get<std::string>(), std::string("00000000000000ab"));
    info.icon.reset();
    CHECK(!windowMessage("window-changed", info)["window"].contains("iconId"));
    CHECK(!message["window"].contains("attention") && !message["window"].contains("responding"));
    info.state = ShowState::fullScreen;
    info.attention = true;
    info.responding = false;
    message = windowMessage("window-changed", info);
    CHECK_EQUAL(message["window"]["state"].get<std::string>(), std::string("full-screen"));
    CHECK(message["window"]["attention"].get<bool>() && !message["window"]["responding"].get<bool>());
}
