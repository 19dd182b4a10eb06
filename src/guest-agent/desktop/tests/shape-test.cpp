#include "desktop/shape-rects.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "desktop/pixel-shape.h"
#include "desktop/rects.h"
#include "desktop/window-info.h"
#include "tests/check.h"

using namespace xpane;
using nlohmann::json;

namespace {

// Every other pixel: the most rectangles that an area can have.
Shape chequered(int width, int height) {
    Shape shape;
    for (int y = 0; y < height; ++y) {
        for (int x = y % 2; x < width; x += 2) shape.push_back({x, y, 1, 1});
    }
    return shape;
}

Shape disc(int radius) {
    Shape shape;
    for (int y = -radius; y < radius; ++y) {
        int half = 0;
        while ((half + 1) * (half + 1) + y * y <= radius * radius) ++half;
        if (half > 0) shape.push_back({radius - half, y + radius, 2 * half, 1});
    }
    return shape;
}

bool has(const Shape& shape, int x, int y) {
    for (const Rect& rect : shape) {
        if (holds(rect, x, y)) return true;
    }
    return false;
}

long long pixelsOf(const Shape& shape) {
    long long sum = 0;
    for (const Rect& rect : shape) sum += areaOf(rect);
    return sum;
}

}  // namespace

TEST("shape: few rectangles stay as they are") {
    const Shape two{{0, 0, 5, 5}, {9, 0, 5, 5}};
    CHECK(fewer(two, 2) == two);
    CHECK(fewer({}, 2).empty());
}

TEST("shape: what is simplified covers all it did, and hardly more where that is possible") {
    const Shape exact = disc(400);
    const Shape simple = fewer(exact, 256);
    CHECK(simple.size() <= 256 && simple.size() > 100);
    for (const Rect& rect : exact) {
        CHECK(has(simple, rect.x, rect.y) && has(simple, rightOf(rect) - 1, rect.y));
    }
    CHECK(pixelsOf(simple) < pixelsOf(exact) * 102 / 100);
    CHECK(!has(simple, 0, 0) && !has(simple, 799, 799));
}

TEST("shape: rows that are equal are taken together before anything is lost") {
    Shape columns;
    for (int y = 0; y < 300; ++y) {
        for (int x = 0; x < 4; ++x) columns.push_back({x * 10, y, 5, 1});
    }
    const Shape simple = fewer(columns, 512);
    CHECK_EQUAL(simple.size(), size_t{4});
    CHECK_EQUAL(pixelsOf(simple), pixelsOf(columns));
}

TEST("shape: a hopeless one ends as the rectangle around it") {
    const Shape simple = fewer(chequered(99, 99), 1);
    CHECK(simple == (Shape{{0, 0, 99, 99}}));
}

TEST("shape: is told in the surface's coordinates, cut to it") {
    const Rect frame{100, 50, 200, 150}, surface{104, 73, 192, 123};
    const auto shape = shapeOfSurface({{0, 0, 200, 23}, {0, 23, 100, 127}}, frame, surface);
    CHECK(shape && *shape == (Shape{{0, 0, 96, 123}}));
}

TEST("shape: rounded corners of a caption that is cut off are none") {
    const Rect frame{100, 50, 200, 150}, surface{104, 73, 192, 123};
    CHECK(!shapeOfSurface({{3, 0, 194, 3}, {0, 3, 200, 147}}, frame, surface));
    const auto nothing = shapeOfSurface({}, frame, surface);
    CHECK(nothing && nothing->empty());
}

TEST("shape: who cuts the caption off the window does without one") {
    const FrameMargins margins{4, 23, 4, 4};
    const Rect frame{100, 50, 200, 150};
    CHECK(hidesCaption({{4, 23, 192, 123}}, frame, margins));
    CHECK(hidesCaption({}, frame, margins));
    CHECK(!hidesCaption({{3, 0, 194, 3}, {0, 3, 200, 147}}, frame, margins));
    WindowShape shape{frame, {104, 92, 192, 104}, margins, true, false, true};
    const Surface whole = surfaceOf(shape, FrameMode::host, {0, 0, 1024, 768});
    CHECK(!whole.decorated && whole.rect == frame);
}

TEST("shape: the message holds it, within the protocol's maxima") {
    WindowInfo info;
    info.windowId = 1;
    const json plain = windowMessage("window-changed", info)["window"];
    CHECK(!plain.contains("shape") && !plain.contains("opacity"));
    info.shape = Shape{{20, 0, 600, 10}};
    info.opacity = 128;
    const json shaped = windowMessage("window-changed", info)["window"];
    CHECK_EQUAL(shaped["shape"], json::parse(R"([{"x": 20, "y": 0, "width": 600, "height": 10}])"));
    CHECK_EQUAL(shaped["opacity"], 128);
    info.shape = chequered(200, 200);
    info.title = std::string(2000, 't');
    const json most = windowMessage("window-changed", info);
    CHECK(most["window"]["shape"].size() <= mostShapeRects);
    CHECK(most.dump().size() < size_t{64} * 1024);
}

TEST("shape by alpha: what is half there is there") {
    const std::vector<uint32_t> pixels{0xff0000ff, 0x80000080, 0x7f00007f, 0, 0xff000000, 0x80000000, 0, 0};
    CHECK(*shapeByAlpha({pixels.data(), 4, 2}) == (Shape{{0, 0, 2, 2}}));
    CHECK(shapeByAlpha({pixels.data() + 6, 2, 1})->empty());
    CHECK(shapeByAlpha({})->empty());
    const std::vector<uint32_t> noAlpha{0x000000ff, 0};
    CHECK(!shapeByAlpha({noAlpha.data(), 2, 1}));
}

TEST("shape by key: the fourth byte means nothing, bands are joined") {
    const uint32_t key = 0x00ff00ff, blue = 0x000000ff, black = 0;
    const std::vector<uint32_t> pixels{
        key,  blue, blue,  key,              //
        key,  blue, black, 0xff000000 | key, //
        blue, blue, blue,  blue,
    };
    CHECK(shapeByKey({pixels.data(), 4, 3}, key, false) == (Shape{{1, 0, 2, 2}, {0, 2, 4, 1}}));
}

TEST("shape by key: where the key comes as black, black outside is not there, black inside is") {
    const uint32_t blue = 0x000000ff, black = 0, key = 0x00ff00ff;
    const std::vector<uint32_t> pixels{
        black, black, black, black, black, //
        black, blue,  blue,  blue,  black, //
        black, blue,  black, blue,  black, //
        black, blue,  blue,  blue,  key,   //
        black, black, black, black, black,
    };
    CHECK(shapeByKey({pixels.data(), 5, 5}, key, true) == (Shape{{1, 1, 3, 3}}));
}
