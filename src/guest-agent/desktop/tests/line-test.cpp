// What goes over the line, and how: scrolls, packed pixels, and when they pay.
#include <random>

#include "desktop/line-meter.h"
#include "desktop/surface-stream.h"
#include "desktop/tests/picture-host.h"
#include "tests/check.h"

using namespace xpane;

namespace {

// A page of lines that are all alike but for their words.
struct Page {
    Picture picture{640, 480, 0x00ffffff};
    int first = 0;
    static constexpr int linePx = 16;

    void paint() {
        for (int top = 40; top < 480; top += linePx) {
            const uint32_t line = static_cast<uint32_t>(first + top / linePx);
            const uint32_t number = line * 2654435761u;
            picture.fill({0, top, 600, linePx}, line % 2 ? 0x00ffffff : 0x00f0f0f0);
            for (int bit = 0; bit < 64; ++bit) {
                if (number >> (bit % 32) & 1) picture.fill({8 + bit * 9, top + 4, 6, 8}, 0x00000000);
            }
        }
        picture.fill({600, 40, 40, 440}, 0x00d4d0c8);
        picture.fill({604, 40 + first, 30, 60}, 0x00808080);  // the thumb beside it
    }
};

// One frame there and its acknowledgement back, on a line of so many bytes a second.
void overTheLine(HostOutbox& out, SurfaceStream& stream, double bytesPerSecond) {
    const size_t before = out.host.bytes;
    if (!stream.flush(out, 1, out.line)) return;
    out.nowUs += static_cast<Micros>(static_cast<double>(out.host.bytes - before) / bytesPerSecond * 1e6) + 500;
    stream.acknowledge(out.host.sequence, out.line);
}

}  // namespace

TEST("scroll: a page that moved by a line goes as a copy and the new line") {
    for (int step : {1, 3, -2}) {
        HostOutbox out;
        SurfaceStream stream(3);
        Page page;
        page.first = 20;
        page.paint();
        stream.resize(640, 480);
        stream.take(page.picture.view());
        overTheLine(out, stream, 1e9);
        const size_t whole = out.host.bytes;
        for (int i = 0; i < 5; ++i) {
            page.first += step;
            page.paint();
            const auto changes = stream.take(page.picture.view());
            Rect place;
            for (const Change& change : changes) place = unite(place, change.rect);
            CHECK(place.height > 400);  // what is told of the change is all of it
            overTheLine(out, stream, 1e9);
            CHECK(out.host.screen.pixels == page.picture.pixels);
        }
        CHECK_EQUAL(out.host.copies, 5u);
        CHECK((out.host.bytes - whole) / 5 < whole / 6);
    }
}

TEST("scroll: one that is not sent yet is followed by more, and the host is right all the same") {
    std::mt19937 random(11);
    HostOutbox out;
    SurfaceStream stream(3);
    Page page;
    page.paint();
    stream.resize(640, 480);
    stream.take(page.picture.view());
    overTheLine(out, stream, 1e9);
    for (int round = 0; round < 120; ++round) {
        page.first += static_cast<int>(random() % 5) - (page.first > 4 ? 2 : 0);
        page.paint();
        if (random() % 3 == 0) page.picture.fill({static_cast<int>(random() % 500), 200, 90, 30}, random() & 0xffffff);
        const Rect part{0, static_cast<int>(random() % 200), 640, 280};
        stream.take(random() % 2 ? page.picture.view() : page.picture.view(part));
        if (random() % 2) overTheLine(out, stream, 1e9);
        if (round == 60) stream.refresh();
    }
    stream.take(page.picture.view());
    overTheLine(out, stream, 1e9);
    CHECK(out.host.copies > 3);
    CHECK(out.host.screen.pixels == page.picture.pixels);
}

TEST("scroll: noise is none, and is looked at ever more rarely") {
    std::mt19937 random(3);
    ScrollFinder finder;
    SurfaceImage image;
    image.resize(200, 200);
    Picture noise(200, 200, 0);
    int tries = 0;
    for (int round = 0; round < 200; ++round) {
        for (uint32_t& pixel : noise.pixels) pixel = random() & 0xffffff;
        if (finder.mayTry()) {
            ++tries;
            CHECK(!finder.find(image, noise.view(), image.bounds()));
        }
        image.update(noise.view());
    }
    CHECK(tries >= 3 && tries <= 9);
}

TEST("line: a fast one is never packed for, a slow one is as long as it pays") {
    for (double bytesPerSecond : {1e9, 120e6, 5e6}) {
        HostOutbox out;
        SurfaceStream stream(3);
        stream.resize(640, 480);
        for (int round = 0; round < 40; ++round) {
            Page page;
            page.first = round * 97;  // no scroll: another page
            page.paint();
            page.picture.at(0, 0) = static_cast<uint32_t>(round);
            stream.take(page.picture.view());
            overTheLine(out, stream, bytesPerSecond);
            CHECK(out.host.screen.pixels == page.picture.pixels);
        }
        if (bytesPerSecond > 80e6) {
            CHECK_EQUAL(out.host.deflated, 0u);
        } else {
            CHECK(out.host.deflated > 20);
        }
    }
}

TEST("line: pixels that hardly get smaller are tried, then go as they are") {
    std::mt19937 random(5);
    HostOutbox out;
    SurfaceStream stream(3);
    Picture noise(640, 400, 0);
    stream.resize(640, 400);
    for (int round = 0; round < 30; ++round) {
        for (uint32_t& pixel : noise.pixels) pixel = random() & 0xffffff;
        stream.take(noise.view());
        overTheLine(out, stream, 20e6);
        CHECK(out.host.screen.pixels == noise.pixels);
    }
    CHECK(out.host.deflated > 0 && out.host.deflated < 12);
}

TEST("line: one slow moment does not make it a slow line, and it is measured again while packing") {
    LineMeter line;
    Micros now = 0;
    const auto frame = [&](size_t bytes, double perSecond) {
        const Micros sent = now;
        now += static_cast<Micros>(static_cast<double>(bytes) / perSecond * 1e6);
        line.acknowledged(bytes, sent, now);
    };
    for (int i = 0; i < 5; ++i) frame(1000000, 300e6);
    frame(1000000, 2e6);
    CHECK(!line.shouldPack(1000000, 200e6, 0.1, now));
    for (int i = 0; i < 8; ++i) frame(1000000, 10e6);
    CHECK(line.shouldPack(1000000, 200e6, 0.1, now));
    CHECK(!line.shouldPack(1000000, 200e6, 0.95, now));  // as good as nothing is won
    CHECK(!line.shouldPack(1000, 200e6, 0.1, now));
    CHECK(line.shouldPack(1000000, 200e6, 0.1, now));
    for (int i = 0; i < 8; ++i) frame(1000000, 90e6);
    CHECK(!line.shouldPack(1000000, 5e9, 0.01, now));  // as fast as a loopback: whatever it would bring
    for (int i = 0; i < 8; ++i) frame(1000000, 10e6);
    now += 4000000;
    CHECK(!line.shouldPack(1000000, 200e6, 0.1, now));  // this one measures
    CHECK(line.shouldPack(10000000, 200e6, 0.1, now));  // too long for that
}
