// 20 x 15 cells of 32 pixels, white at first. The n-th press colours cell (n - 1) modulo 300 with the colour that
// belongs to n alone: who sees that colour there has seen this press and no other.
#include "program.h"

namespace bench {

namespace {

constexpr int cellPx = 32;
constexpr int columns = clientWidth / cellPx;
constexpr int cells = columns * (clientHeight / cellPx);

int presses = 0;

Pixel colourOf(int cell) {
    const int turns = presses / cells + (cell < presses % cells ? 1 : 0);
    return turns == 0 ? white : colourOfNumber((turns - 1) * cells + cell + 1);
}

RECT cellRect(int cell) {
    const int left = cell % columns * cellPx;
    const int top = cell / columns * cellPx;
    return {left, top, left + cellPx, top + cellPx};
}

}  // namespace

void paintCells(HDC dc, const RECT& clip) {
    for (int cell = 0; cell < cells; ++cell) {
        const RECT rect = cellRect(cell);
        RECT visible;
        if (IntersectRect(&visible, &rect, &clip)) fill(dc, rect, colourOf(cell));
    }
}

void nextCell(HWND window) {
    const RECT rect = cellRect(presses++ % cells);
    InvalidateRect(window, &rect, FALSE);
    UpdateWindow(window);
}

}  // namespace bench
