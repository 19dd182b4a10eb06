// A list of 30 rows of 16 pixels: each row its number as cells, a colour of its own and the stripes of a list.
#include "program.h"

namespace bench {

namespace {

constexpr int rowPx = 16;
constexpr int rows = clientHeight / rowPx;
int first = 0;

void paintRow(HDC dc, int row) {
    const int number = first + row;
    const int top = row * rowPx;
    fill(dc, {0, top, clientWidth / 2, top + rowPx}, number % 2 ? 0xe0e8f0 : white);
    fill(dc, {clientWidth / 2, top, clientWidth, top + rowPx}, colourOfNumber(number));
    drawCode(dc, 0, top + (rowPx - codeHeight) / 2, number);
}

}  // namespace

void beginList() { first = 0; }

void paintList(HDC dc, const RECT& clip) {
    for (int row = 0; row < rows; ++row) {
        if ((row + 1) * rowPx > clip.top && row * rowPx < clip.bottom) paintRow(dc, row);
    }
}

void scrollList(HWND window) {
    ++first;
    ScrollWindowEx(window, 0, -rowPx, nullptr, nullptr, nullptr, nullptr, SW_INVALIDATE);
    UpdateWindow(window);
}

}  // namespace bench
