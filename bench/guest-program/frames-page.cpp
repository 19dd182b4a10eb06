// Frames by the clock, numbered from 1. Noise: 640 x 400 pixels, all new in each frame, its number at the top and at
// the bottom. Ticker: only the two numbers change, and below the first one the time of drawing, in quarters of a
// millisecond. A frame is one drawing call, so what is torn was torn later.
#include "program.h"
#include <cmath>

namespace bench {

namespace {

Pixel pixels[clientWidth * framesHeight];
HWND target = nullptr;
int number = 0;
int framesPerSecond = 0;
bool noisy = false;
double beganAt = 0;

double nowMs() {
    LARGE_INTEGER ticks, frequency;
    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&frequency);
    return 1000.0 * static_cast<double>(ticks.QuadPart) / static_cast<double>(frequency.QuadPart);
}

void fillWithNoise(std::uint32_t seed) {
    std::uint32_t state = seed * 2654435761u | 1u;
    for (Pixel& pixel : pixels) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        pixel = state & 0xffffffu;
    }
}

void nextFrame() {
    ++number;
    if (noisy) fillWithNoise(static_cast<std::uint32_t>(number));
    writeCode(pixels, clientWidth, number);
    if (!noisy) {
        const int quarters = static_cast<int>(std::fmod(4.0 * nowMs(), 65536.0));
        writeCode(pixels + codeHeight * clientWidth, clientWidth, quarters);
    }
    writeCode(pixels + (framesHeight - codeHeight) * clientWidth, clientWidth, number);
}

void show(HDC dc, int width) {
    BITMAPINFO format = {};
    format.bmiHeader.biSize = sizeof(format.bmiHeader);
    format.bmiHeader.biWidth = clientWidth;
    format.bmiHeader.biHeight = -framesHeight;
    format.bmiHeader.biPlanes = 1;
    format.bmiHeader.biBitCount = 32;
    format.bmiHeader.biCompression = BI_RGB;
    SetDIBitsToDevice(dc, 0, 0, width, framesHeight, 0, 0, 0, framesHeight, pixels, &format, DIB_RGB_COLORS);
}

void begin(HWND window, bool withNoise, int rate) {
    target = window;
    noisy = withNoise;
    framesPerSecond = rate;
    number = 0;
    beganAt = nowMs();
    for (Pixel& pixel : pixels) pixel = 0xc0c0c0;
    nextFrame();
    InvalidateRect(window, nullptr, FALSE);
}

}  // namespace

void beginNoise(HWND window, int rate) { begin(window, true, rate); }

void beginTicker(HWND window) { begin(window, false, 60); }

void stopFrames() { framesPerSecond = 0; }

void paintFrame(HDC dc) {
    show(dc, clientWidth);
    fill(dc, {0, framesHeight, clientWidth, clientHeight}, white);
}

DWORD drawDueFrame() {
    if (framesPerSecond == 0) return INFINITE;
    const double due = beganAt + 1000.0 * number / framesPerSecond;
    const double left = due - nowMs();
    if (left > 0) return static_cast<DWORD>(left) + 1;
    // A frame that could not be drawn in time is skipped, not drawn in haste after the next.
    if (left < -1000.0 / framesPerSecond) beganAt -= left;
    nextFrame();
    HDC dc = GetDC(target);
    show(dc, noisy ? clientWidth : codeWidth);
    ReleaseDC(target, dc);
    GdiFlush();
    return 0;
}

}  // namespace bench
