// The program the benchmarks look at. Who knows which keys it got knows every pixel: bench/picture/ paints the same.
//
// One window, client area 640 x 480, that shows one page at a time. Keys (to any of its windows):
//   Space  next cell (on the cells' page)        C  the cells' page, as it was left
//   N, M   noise at 30, at 60 frames a second    T  ticker: two numbers at 60 frames a second
//   S      stops noise and ticker where they are L  list from its first row; Down scrolls
//   O      opens, then closes, one more window   E, W, I, B  one changing, ten changing, fifty idle,
//   X      closes all that were opened              ten large windows
//   H      counts the agent's handles and the guest's windows
//   F      saves the file it was opened with anew, as large as it is
//   Escape ends the program. A right click opens a menu.
#pragma once
#include <windows.h>
#include <cstdint>

namespace bench {

constexpr int clientWidth = 640;
constexpr int clientHeight = 480;

// Pixels as a 32-bit top-down DIB has them: 0x00RRGGBB.
using Pixel = std::uint32_t;
constexpr Pixel white = 0xffffff;

constexpr COLORREF asColorRef(Pixel pixel) {
    return RGB(pixel >> 16 & 0xff, pixel >> 8 & 0xff, pixel & 0xff);
}

// A colour that belongs to this number alone, for numbers below 2^24.
constexpr Pixel colourOfNumber(std::uint32_t number) { return (number * 0x9e3779u + 0x123456u) & 0xffffffu; }

// Fills a rectangle in one drawing call.
void fill(HDC dc, const RECT& rect, Pixel pixel);

// number-code.cpp: a number of 16 bits as black and white cells that survive any codec.
constexpr int codeCellPx = 8;
constexpr int codeCells = 1 + 16 + 4;
constexpr int codeWidth = codeCells * codeCellPx;
constexpr int codeHeight = codeCellPx;
void writeCode(Pixel* pixels, int stride, int number);
void drawCode(HDC dc, int left, int top, int number);

// cells-page.cpp
void paintCells(HDC dc, const RECT& clip);
void nextCell(HWND window);

// frames-page.cpp: noise and ticker
constexpr int framesHeight = 400;
void beginNoise(HWND window, int framesPerSecond);
void beginTicker(HWND window);
void stopFrames();
void paintFrame(HDC dc);
// Draws the frame that is due; gives the milliseconds until the next one, INFINITE when nothing moves.
DWORD drawDueFrame();

// list-page.cpp
void beginList();
void scrollList(HWND window);
void paintList(HDC dc, const RECT& clip);

// more-windows.cpp
void registerMoreWindows(HINSTANCE instance, WNDPROC keyHandler);
void toggleOneWindow();
void openIdleWindows(int count);
void openLargeWindows(int count);
void openChangingWindows(int count);
void closeMoreWindows();
LRESULT handleMore(HWND window, UINT message, WPARAM wide, LPARAM longer);
// As drawDueFrame, for the changing windows.
DWORD drawDueWindows();

// save-file.cpp
void saveFile(const char* commandLine);

// counts-page.cpp
void takeCounts();
void paintCounts(HDC dc);

}  // namespace bench
