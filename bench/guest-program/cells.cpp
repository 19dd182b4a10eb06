// The program the benchmarks look at: a window of coloured cells, of which each key press changes exactly one.
//
// Cell n (from the top left, row by row) starts with colour n modulo eight and takes the next colour when its turn
// comes; the n-th key press since the start changes cell n modulo the number of cells. Who knows the number of
// presses knows every pixel, and who watches one pixel sees one press.
//
// Client area 640 x 480, 20 x 15 cells of 32 pixels. Escape closes it.
#include <windows.h>

namespace {

constexpr int cellPx = 32;
constexpr int columns = 20;
constexpr int rows = 15;
constexpr COLORREF colours[] = {RGB(255, 255, 255), RGB(200, 30, 30),  RGB(30, 160, 30),  RGB(30, 30, 200),
                                RGB(220, 200, 0),   RGB(160, 0, 160),  RGB(0, 160, 160),  RGB(40, 40, 40)};
constexpr int colourCount = sizeof(colours) / sizeof(colours[0]);

int presses = 0;

COLORREF colourOf(int cell) {
    const int cells = columns * rows;
    const int turns = presses / cells + (cell < presses % cells ? 1 : 0);
    return colours[(cell + turns) % colourCount];
}

RECT cellRect(int cell) {
    const int left = cell % columns * cellPx;
    const int top = cell / columns * cellPx;
    return {left, top, left + cellPx, top + cellPx};
}

void paint(HWND window) {
    PAINTSTRUCT drawing;
    HDC dc = BeginPaint(window, &drawing);
    for (int cell = 0; cell < columns * rows; ++cell) {
        RECT rect = cellRect(cell);
        RECT visible;
        if (!IntersectRect(&visible, &rect, &drawing.rcPaint)) continue;
        SetBkColor(dc, colourOf(cell));
        ExtTextOutW(dc, 0, 0, ETO_OPAQUE, &rect, L"", 0, nullptr);
    }
    EndPaint(window, &drawing);
}

void nextCell(HWND window) {
    const int cell = presses++ % (columns * rows);
    const RECT rect = cellRect(cell);
    InvalidateRect(window, &rect, FALSE);
    UpdateWindow(window);
}

LRESULT CALLBACK handle(HWND window, UINT message, WPARAM wide, LPARAM longer) {
    switch (message) {
        case WM_PAINT:
            paint(window);
            return 0;
        case WM_KEYDOWN:
            if (wide == VK_ESCAPE) DestroyWindow(window);
            else nextCell(window);
            return 0;
        case WM_DESTROY:
            PostQuitMessage(0);
            return 0;
        default:
            return DefWindowProcW(window, message, wide, longer);
    }
}

}  // namespace

int WINAPI WinMain(HINSTANCE instance, HINSTANCE, LPSTR, int) {
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = handle;
    windowClass.hInstance = instance;
    windowClass.hCursor = LoadCursorW(nullptr, reinterpret_cast<LPCWSTR>(IDC_ARROW));
    windowClass.lpszClassName = L"XPaneCells";
    RegisterClassW(&windowClass);
    RECT frame = {0, 0, columns * cellPx, rows * cellPx};
    const DWORD style = WS_OVERLAPPED | WS_CAPTION | WS_SYSMENU | WS_MINIMIZEBOX;
    AdjustWindowRect(&frame, style, FALSE);
    HWND window = CreateWindowW(L"XPaneCells", L"Cells", style, 100, 100, frame.right - frame.left,
                                frame.bottom - frame.top, nullptr, nullptr, instance, nullptr);
    ShowWindow(window, SW_SHOW);
    MSG message;
    while (GetMessageW(&message, nullptr, 0, 0) > 0) {
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    return 0;
}
