#include <random>

#include <nlohmann/json.hpp>

#include "desktop/change-merge.h"
#include "desktop/frame-encoder.h"
#include "desktop/rects.h"
#include "desktop/surface-image.h"
#include "desktop/surface-stream.h"
#include "desktop/window-info.h"
#include "desktop/tests/picture-host.h"
#include "tests/check.h"

using namespace xpane;

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

TEST("surface image: the undefined byte of a pixel makes no difference and is not passed on") {
    Picture picture(70, 2, 0xff112233);
    SurfaceImage image;
    image.resize(70, 2);
    image.update(picture.view());
    CHECK_EQUAL(image.row(1)[69], 0x00112233u);
    picture.at(3, 1) = 0x01112233;
    CHECK(!image.differs(picture.view()));
    CHECK(image.update(picture.view()).empty());
    picture.at(3, 1) = 0x01112234;
    CHECK(image.differs(picture.view()));
    CHECK(image.update(picture.view()).at(0).rect == (Rect{3, 1, 1, 1}));
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
        stream.flush(out, 1, out.line);
        if (round == 100) stream.refresh();
        stream.acknowledge(out.host.sequence, out.line);
    }
    stream.take(picture.view());
    stream.flush(out, 1, out.line);
    CHECK(out.host.screen.pixels == picture.pixels);
}

TEST("surface stream: no more frames under way than allowed, then the newest content") {
    HostOutbox out;
    SurfaceStream stream(3);
    stream.resize(100, 100);
    for (uint32_t i = 1; i <= 10; ++i) {
        Picture picture(100, 100, i);
        stream.take(picture.view());
        stream.flush(out, 2, out.line);
    }
    CHECK_EQUAL(out.host.frames, 2u);
    CHECK(!stream.mayLook(2));
    stream.acknowledge(99, out.line);  // never sent
    CHECK(!stream.mayLook(2));
    stream.acknowledge(1, out.line);
    CHECK(stream.flush(out, 2, out.line));
    CHECK_EQUAL(out.host.frames, 3u);
    CHECK_EQUAL(out.host.screen.at(50, 50), 10u);
}

TEST("surface stream: nothing is sent before something was read") {
    HostOutbox out;
    SurfaceStream stream(1);
    stream.resize(10, 10);
    CHECK(!stream.flush(out, 2, out.line));
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
        CHECK(stream.flush(out, 1, out.line));
        stream.acknowledge(out.host.sequence, out.line);
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
    CHECK(stream.flush(out, 1, out.line));
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
