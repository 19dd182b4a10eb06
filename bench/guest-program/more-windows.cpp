// Windows beside the first one: idle, large, or changing ten times a second.
#include "program.h"

#include <vector>

namespace bench {

namespace {

constexpr wchar_t className[] = L"XPaneBenchMore";
constexpr DWORD changeEveryMs = 100;
HINSTANCE module = nullptr;
std::vector<HWND> windows;
bool changing = false;
int changes = 0;
DWORD nextChangeAt = 0;

void open(int index, int width, int height) {
    const DWORD style = WS_OVERLAPPED | WS_CAPTION | WS_SYSMENU | WS_MINIMIZEBOX;
    RECT frame = {0, 0, width, height};
    AdjustWindowRect(&frame, style, FALSE);
    wchar_t title[16];
    wsprintfW(title, L"More %d", index + 1);
    const int left = 8 + index % 10 * 40;
    const int top = 30 + index / 10 * 60 + index % 10 * 12;
    HWND window = CreateWindowW(className, title, style, left, top, frame.right - frame.left,
                                frame.bottom - frame.top, nullptr, nullptr, module, nullptr);
    windows.push_back(window);
    ShowWindow(window, SW_SHOW);
}

void openMany(int count, int width, int height) {
    for (int index = 0; index < count; ++index) open(index, width, height);
}

int indexOf(HWND window) {
    for (std::size_t index = 0; index < windows.size(); ++index) {
        if (windows[index] == window) return static_cast<int>(index);
    }
    return 0;
}

void paint(HWND window) {
    PAINTSTRUCT drawing;
    HDC dc = BeginPaint(window, &drawing);
    RECT all;
    GetClientRect(window, &all);
    fill(dc, all, colourOfNumber(static_cast<std::uint32_t>(indexOf(window) + 1)));
    if (changing) drawCode(dc, 0, 0, changes);
    EndPaint(window, &drawing);
}

}  // namespace

void registerMoreWindows(HINSTANCE instance, WNDPROC handler) {
    module = instance;
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = handler;
    windowClass.hInstance = instance;
    windowClass.hCursor = LoadCursorW(nullptr, reinterpret_cast<LPCWSTR>(IDC_ARROW));
    windowClass.lpszClassName = className;
    RegisterClassW(&windowClass);
}

void toggleOneWindow() {
    if (windows.empty()) open(0, 320, 240);
    else closeMoreWindows();
}

void openIdleWindows(int count) { openMany(count, 160, 120); }

void openLargeWindows(int count) { openMany(count, 800, 600); }

void openChangingWindows(int count) {
    changing = true;
    nextChangeAt = GetTickCount();
    openMany(count, 320, 240);
}

void closeMoreWindows() {
    changing = false;
    for (HWND window : windows) DestroyWindow(window);
    windows.clear();
}

LRESULT handleMore(HWND window, UINT message, WPARAM wide, LPARAM longer) {
    if (message != WM_PAINT) return DefWindowProcW(window, message, wide, longer);
    paint(window);
    return 0;
}

DWORD drawDueWindows() {
    if (!changing) return INFINITE;
    const int left = static_cast<int>(nextChangeAt - GetTickCount());
    if (left > 0) return static_cast<DWORD>(left);
    nextChangeAt += changeEveryMs;
    ++changes;
    const RECT code = {0, 0, codeWidth, codeHeight};
    for (HWND window : windows) {
        InvalidateRect(window, &code, FALSE);
        UpdateWindow(window);
    }
    return 0;
}

}  // namespace bench
