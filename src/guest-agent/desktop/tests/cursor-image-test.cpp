#include "desktop/cursor-image.h"

#include "tests/check.h"

using namespace xpane;

namespace {

constexpr uint32_t black = 0xff000000, white = 0xffffffff;

// Black and white, 8 pixels wide: one byte of AND and one of XOR for each row.
CursorBits monochrome(std::vector<uint8_t> andRows, std::vector<uint8_t> xorRows) {
    CursorBits bits;
    bits.width = 8;
    bits.height = static_cast<int>(andRows.size());
    for (const auto& rows : {andRows, xorRows}) {
        for (const uint8_t row : rows) bits.mask.insert(bits.mask.end(), {row, 0, 0, 0});
    }
    return bits;
}

CursorBits coloured(int width, int height, std::vector<uint32_t> colours, uint8_t maskByte) {
    CursorBits bits;
    bits.width = width;
    bits.height = height;
    bits.colours = std::move(colours);
    bits.mask.assign(static_cast<size_t>((width + 31) / 32) * 4 * static_cast<size_t>(height), maskByte);
    return bits;
}

}  // namespace

TEST("cursor: black, white, see-through and inverting pixels of a monochrome one") {
    // Columns: black, white, nothing, nothing, nothing, inverting, nothing, nothing.
    const auto cursor = cursorImageOf(monochrome({0x3f, 0x3f, 0x3f}, {0x40, 0x44, 0x40}));
    CHECK(cursor.has_value());
    const std::vector<uint32_t>& pixels = cursor->image.pixels;
    CHECK_EQUAL(pixels[0], black);
    CHECK_EQUAL(pixels[1], white);
    CHECK_EQUAL(pixels[2], 0u);
    CHECK_EQUAL(pixels[8 + 5], black);  // inverts
    // A white edge all around it, and no further.
    for (const size_t at : {4u, 5u, 6u, 12u, 14u, 20u, 21u, 22u}) CHECK_EQUAL(pixels[at], white);
    CHECK_EQUAL(pixels[8 + 3], 0u);
    CHECK_EQUAL(pixels[8 + 7], 0u);
}

TEST("cursor: colours with alpha stay, without it the mask decides") {
    const auto alpha = cursorImageOf(coloured(2, 1, {0x80112233, 0x00000000}, 0xff));
    CHECK_EQUAL(alpha->image.pixels[0], 0x80112233u);
    CHECK_EQUAL(alpha->image.pixels[1], 0u);
    const auto opaque = cursorImageOf(coloured(2, 1, {0x00112233, 0x00000000}, 0x00));
    CHECK_EQUAL(opaque->image.pixels[0], 0xff112233u);
    CHECK_EQUAL(opaque->image.pixels[1], black);
    const auto kept = cursorImageOf(coloured(2, 1, {0x00ffffff, 0x00000000}, 0xff));
    CHECK_EQUAL(kept->image.pixels[0], black);  // inverts
    CHECK_EQUAL(kept->image.pixels[1], white);  // its edge
}

TEST("cursor: hot spots beside it are brought to its edge") {
    CursorBits bits = coloured(4, 3, std::vector<uint32_t>(12, white), 0);
    bits.hotX = -5;
    bits.hotY = 1000000;
    const auto cursor = cursorImageOf(bits);
    CHECK_EQUAL(cursor->hotX, 0);
    CHECK_EQUAL(cursor->hotY, 2);
}

TEST("cursor: no size, too much of it and missing bits are none") {
    CHECK(cursorImageOf(coloured(64, 64, std::vector<uint32_t>(64 * 64, white), 0)).has_value());
    CHECK(!cursorImageOf({}).has_value());
    CHECK(!cursorImageOf(coloured(0, 1, {}, 0)).has_value());
    CHECK(!cursorImageOf(coloured(65, 1, std::vector<uint32_t>(65, white), 0)).has_value());
    CHECK(!cursorImageOf(coloured(1, 65, std::vector<uint32_t>(65, white), 0)).has_value());
    CHECK(!cursorImageOf(coloured(2, 2, {white}, 0)).has_value());
    CursorBits half = monochrome({0}, {0});
    half.mask.resize(4);
    CHECK(!cursorImageOf(half).has_value());
    CursorBits huge;
    huge.width = huge.height = 2147483647;
    CHECK(!cursorImageOf(huge).has_value());
}

TEST("cursor: its name depends on pixels and on the place that points") {
    CursorImage one{{1, 1, {white}}, 0, 0};
    CursorImage other = one;
    CHECK_EQUAL(cursorHash(one), cursorHash(other));
    other.image.pixels[0] = black;
    CHECK(cursorHash(one) != cursorHash(other));
    CursorImage wide{{2, 1, {white, white}}, 0, 0}, moved = wide;
    moved.hotX = 1;
    CHECK(cursorHash(wide) != cursorHash(moved));
}
