// A number as cells: one magenta cell to find it by, 16 bits and 4 bits of checksum, lowest first, white for one.
#include "program.h"

namespace bench {

namespace {

constexpr Pixel magenta = 0xff00ff;

// Never all black or all white: an unpainted place is no number.
int checksum(int number) {
    return ((number & 15) + (number >> 4 & 15) + (number >> 8 & 15) + (number >> 12 & 15) + 5) & 15;
}

Pixel cellColour(int number, int cell) {
    if (cell == 0) return magenta;
    const int bits = (number & 0xffff) | checksum(number) << 16;
    return bits >> (cell - 1) & 1 ? white : 0;
}

}  // namespace

void writeCode(Pixel* pixels, int stride, int number) {
    for (int y = 0; y < codeHeight; ++y) {
        for (int x = 0; x < codeWidth; ++x) pixels[y * stride + x] = cellColour(number, x / codeCellPx);
    }
}

void drawCode(HDC dc, int left, int top, int number) {
    for (int cell = 0; cell < codeCells; ++cell) {
        const int x = left + cell * codeCellPx;
        fill(dc, {x, top, x + codeCellPx, top + codeHeight}, cellColour(number, cell));
    }
}

void fill(HDC dc, const RECT& rect, Pixel pixel) {
    SetBkColor(dc, asColorRef(pixel));
    ExtTextOutW(dc, 0, 0, ETO_OPAQUE, &rect, L"", 0, nullptr);
}

}  // namespace bench
