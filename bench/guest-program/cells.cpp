// The first window: keys, pages, and the loop that waits for messages and for frames that are due.
#include "program.h"

#include <mmsystem.h>

#include <algorithm>

namespace bench {

namespace {

enum class Page { cells, frames, list, counts };

HWND first = nullptr;
const char* arguments = "";
Page page = Page::cells;

void turnTo(Page next) {
    page = next;
    InvalidateRect(first, nullptr, FALSE);
}

void onKey(WPARAM key) {
    switch (key) {
        case VK_ESCAPE: DestroyWindow(first); return;
        case VK_SPACE: if (page == Page::cells) nextCell(first); return;
        case VK_DOWN: if (page == Page::list) scrollList(first); return;
        case 'C': stopFrames(); turnTo(Page::cells); return;
        case 'N': turnTo(Page::frames); beginNoise(first, 30); return;
        case 'M': turnTo(Page::frames); beginNoise(first, 60); return;
        case 'T': turnTo(Page::frames); beginTicker(first); return;
        case 'S': stopFrames(); return;
        case 'L': stopFrames(); beginList(); turnTo(Page::list); return;
        case 'H': takeCounts(); turnTo(Page::counts); return;
        case 'F': saveFile(arguments); return;
        case 'O': toggleOneWindow(); return;
        case 'E': openChangingWindows(1); return;
        case 'W': openChangingWindows(10); return;
        case 'I': openIdleWindows(50); return;
        case 'B': openLargeWindows(10); return;
        case 'X': closeMoreWindows(); return;
        default: return;
    }
}

void paint(HWND window) {
    PAINTSTRUCT drawing;
    HDC dc = BeginPaint(window, &drawing);
    switch (page) {
        case Page::cells: paintCells(dc, drawing.rcPaint); break;
        case Page::frames: paintFrame(dc); break;
        case Page::list: paintList(dc, drawing.rcPaint); break;
        case Page::counts: paintCounts(dc); break;
    }
    EndPaint(window, &drawing);
}

void showMenu(HWND window) {
    static constexpr const wchar_t* words[] = {L"Open", L"Save", L"Print", L"Cut", L"Copy", L"Paste", L"Find", L"Quit"};
    HMENU menu = CreatePopupMenu();
    UINT_PTR id = 0;
    for (const wchar_t* word : words) AppendMenuW(menu, MF_STRING, ++id, word);
    POINT at;
    GetCursorPos(&at);
    TrackPopupMenu(menu, TPM_RIGHTBUTTON, at.x, at.y, 0, window, nullptr);
    DestroyMenu(menu);
}

LRESULT CALLBACK handle(HWND window, UINT message, WPARAM wide, LPARAM longer) {
    if (message == WM_KEYDOWN) {
        onKey(wide);
        return 0;
    }
    if (first != nullptr && window != first) return handleMore(window, message, wide, longer);
    switch (message) {
        case WM_PAINT:
            paint(window);
            return 0;
        case WM_RBUTTONDOWN:
            showMenu(window);
            return 0;
        case WM_DESTROY:
            PostQuitMessage(0);
            return 0;
        default:
            return DefWindowProcW(window, message, wide, longer);
    }
}

void openFirst(HINSTANCE instance) {
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = handle;
    windowClass.hInstance = instance;
    windowClass.hCursor = LoadCursorW(nullptr, reinterpret_cast<LPCWSTR>(IDC_ARROW));
    windowClass.lpszClassName = L"XPaneCells";
    RegisterClassW(&windowClass);
    registerMoreWindows(instance, handle);
    RECT frame = {0, 0, clientWidth, clientHeight};
    const DWORD style = WS_OVERLAPPED | WS_CAPTION | WS_SYSMENU | WS_MINIMIZEBOX;
    AdjustWindowRect(&frame, style, FALSE);
    first = CreateWindowW(L"XPaneCells", L"Cells", style, 100, 100, frame.right - frame.left,
                          frame.bottom - frame.top, nullptr, nullptr, instance, nullptr);
    ShowWindow(first, SW_SHOW);
}

// Returns when the program is to end.
void run() {
    MSG message;
    for (;;) {
        while (PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE)) {
            if (message.message == WM_QUIT) return;
            TranslateMessage(&message);
            DispatchMessageW(&message);
        }
        const DWORD waitMs = std::min(drawDueFrame(), drawDueWindows());
        if (waitMs > 0) MsgWaitForMultipleObjects(0, nullptr, FALSE, waitMs, QS_ALLINPUT);
    }
}

}  // namespace

}  // namespace bench

int WINAPI WinMain(HINSTANCE instance, HINSTANCE, LPSTR commandLine, int) {
    bench::arguments = commandLine;
    timeBeginPeriod(1);
    bench::openFirst(instance);
    bench::run();
    return 0;
}
