#include "desktop/cursor-image.h"

#include <algorithm>

#include "crypto/fnv.h"

namespace xpane {
namespace {

constexpr uint8_t kindCursor = 3;
constexpr uint32_t black = 0xff000000, white = 0xffffffff, nothing = 0, rgb = 0xffffff;

// The low `bytes` bytes of a value, least significant first.
template <typename Sink>
void littleEndian(uint64_t value, int bytes, Sink sink) {
    for (int i = 0; i < bytes; ++i) sink(static_cast<uint8_t>(value >> (8 * i)));
}

size_t maskStride(int width) { return static_cast<size_t>((width + 31) / 32) * 4; }

bool bitAt(const CursorBits& bits, int x, int row) {
    const uint8_t byte = bits.mask[static_cast<size_t>(row) * maskStride(bits.width) + static_cast<size_t>(x) / 8];
    return (byte >> (7 - x % 8) & 1) != 0;
}

bool isWhole(const CursorBits& bits) {
    if (bits.width < 1 || bits.height < 1 || bits.width > mostCursorEdgePx || bits.height > mostCursorEdgePx) return false;
    const size_t pixels = static_cast<size_t>(bits.width) * bits.height;
    const size_t rows = static_cast<size_t>(bits.height) * (bits.colours.empty() ? 2 : 1);
    return (bits.colours.empty() || bits.colours.size() >= pixels) && bits.mask.size() >= rows * maskStride(bits.width);
}

// White around what inverts, where there was nothing.
void edge(IconImage& image, const std::vector<bool>& inverts) {
    const auto at = [&image](int x, int y) { return static_cast<size_t>(y) * image.width + x; };
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            if (image.pixels[at(x, y)] != nothing) continue;
            bool beside = false;
            for (int dy = std::max(0, y - 1); dy <= std::min(image.height - 1, y + 1); ++dy) {
                for (int dx = std::max(0, x - 1); dx <= std::min(image.width - 1, x + 1); ++dx) {
                    beside = beside || inverts[at(dx, dy)];
                }
            }
            if (beside) image.pixels[at(x, y)] = white;
        }
    }
}

}  // namespace

std::optional<CursorImage> cursorImageOf(const CursorBits& bits) {
    if (!isWhole(bits)) return std::nullopt;
    const size_t count = static_cast<size_t>(bits.width) * bits.height;
    CursorImage cursor{{bits.width, bits.height, {}}, std::clamp(bits.hotX, 0, bits.width - 1),
                       std::clamp(bits.hotY, 0, bits.height - 1)};
    std::vector<uint32_t>& pixels = cursor.image.pixels;
    pixels.assign(bits.colours.begin(), bits.colours.begin() + (bits.colours.empty() ? 0 : count));
    if (std::any_of(pixels.begin(), pixels.end(), [](uint32_t pixel) { return (pixel & ~rgb) != 0; })) return cursor;

    const bool coloured = !pixels.empty();
    pixels.resize(count);
    std::vector<bool> inverts(count);
    for (int y = 0; y < bits.height; ++y) {
        for (int x = 0; x < bits.width; ++x) {
            const size_t at = static_cast<size_t>(y) * bits.width + x;
            const bool keeps = bitAt(bits, x, y);
            const uint32_t colour = coloured ? pixels[at] & rgb : bitAt(bits, x, y + bits.height) ? rgb : 0;
            inverts[at] = keeps && colour != 0;
            pixels[at] = keeps && colour == 0 ? nothing : inverts[at] ? black : colour | black;
        }
    }
    edge(cursor.image, inverts);
    return cursor;
}

uint64_t cursorHash(const CursorImage& cursor) {
    Fnv1a hash;
    const auto add = [&hash](uint8_t byte) { hash.add(byte); };
    for (const int value : {cursor.image.width, cursor.image.height, cursor.hotX, cursor.hotY}) {
        littleEndian(static_cast<uint64_t>(value), 2, add);
    }
    for (const uint32_t pixel : cursor.image.pixels) littleEndian(pixel, 4, add);
    return hash.value();
}

std::vector<uint8_t> encodeCursor(uint64_t hash, const CursorImage& cursor) {
    std::vector<uint8_t> message;
    const auto put = [&message](uint8_t byte) { message.push_back(byte); };
    put(kindCursor);
    put(0);
    littleEndian(static_cast<uint64_t>(cursor.image.width), 2, put);
    littleEndian(static_cast<uint64_t>(cursor.image.height), 2, put);
    littleEndian(0, 2, put);
    littleEndian(hash, 8, put);
    littleEndian(static_cast<uint64_t>(cursor.hotX), 2, put);
    littleEndian(static_cast<uint64_t>(cursor.hotY), 2, put);
    for (const uint32_t pixel : cursor.image.pixels) littleEndian(pixel, 4, put);
    return message;
}

}  // namespace xpane
