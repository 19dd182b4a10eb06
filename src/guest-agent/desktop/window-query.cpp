#include "desktop/window-query.h"

#include <psapi.h>

#include "desktop/rects.h"
#include "win/handles.h"
#include "win/unicode.h"

namespace xpane {

Rect rectFrom(const RECT& r) {
    return {static_cast<int>(r.left), static_cast<int>(r.top), static_cast<int>(r.right - r.left),
            static_cast<int>(r.bottom - r.top)};
}

std::optional<Rect> frameOf(HWND window) {
    RECT rect;
    if (!GetWindowRect(window, &rect)) return std::nullopt;
    return rectFrom(rect);
}

Rect clientOf(HWND window) {
    RECT client;
    if (!GetClientRect(window, &client)) return {};
    // Two points at once, so that a right-to-left window keeps left and right in order.
    MapWindowPoints(window, nullptr, reinterpret_cast<POINT*>(&client), 2);
    return rectFrom(client);
}

std::string classNameOf(HWND window) {
    wchar_t name[257];
    int length = GetClassNameW(window, name, 257);
    return utf8From(std::wstring_view(name, length > 0 ? length : 0));
}

std::string titleOf(HWND window) {
    wchar_t title[513];
    int length = InternalGetWindowText(window, title, 513);
    return utf8From(std::wstring_view(title, length > 0 ? length : 0));
}

std::string executableOf(DWORD processId) {
    UniqueHandle process(OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, processId));
    if (!process) return {};
    wchar_t path[MAX_PATH * 4];
    DWORD length = GetModuleFileNameExW(process.get(), nullptr, path, sizeof path / sizeof *path);
    return utf8From(std::wstring_view(path, length));
}

FrameMargins marginsOf(DWORD style, DWORD exStyle) {
    RECT edges = {0, 0, 0, 0};
    if (!AdjustWindowRectEx(&edges, style & ~(WS_HSCROLL | WS_VSCROLL), FALSE, exStyle & ~WS_EX_CLIENTEDGE)) return {};
    return {static_cast<int>(-edges.left), static_cast<int>(-edges.top), static_cast<int>(edges.right),
            static_cast<int>(edges.bottom)};
}

std::optional<Rect> restoredFrameOf(HWND window) {
    WINDOWPLACEMENT placement;
    placement.length = sizeof placement;
    if (!GetWindowPlacement(window, &placement)) return std::nullopt;
    Rect frame = rectFrom(placement.rcNormalPosition);
    if (isEmpty(frame)) return std::nullopt;
    // Placements count from the work area's corner, save for tool windows.
    if (GetWindowLongW(window, GWL_EXSTYLE) & WS_EX_TOOLWINDOW) return frame;
    RECT workArea;
    if (!SystemParametersInfoW(SPI_GETWORKAREA, 0, &workArea, 0)) return frame;
    return moved(frame, static_cast<int>(workArea.left), static_cast<int>(workArea.top));
}

std::optional<Rect> inputPlaceOf(DWORD threadId) {
    GUITHREADINFO info;
    info.cbSize = sizeof info;
    if (!GetGUIThreadInfo(threadId, &info)) return std::nullopt;
    if (info.hwndCaret) {
        RECT caret = info.rcCaret;
        MapWindowPoints(info.hwndCaret, nullptr, reinterpret_cast<POINT*>(&caret), 2);
        return rectFrom(caret);
    }
    if (info.hwndFocus) return frameOf(info.hwndFocus);
    return std::nullopt;
}

std::vector<Rect> coversOf(HWND window) {
    std::vector<Rect> covers;
    for (HWND at = GetTopWindow(nullptr); at && at != window; at = GetWindow(at, GW_HWNDNEXT)) {
        if (!IsWindowVisible(at)) continue;
        auto frame = frameOf(at);
        if (frame && !isEmpty(*frame)) covers.push_back(*frame);
    }
    return covers;
}

Rect desktopRect() {
    return {GetSystemMetrics(SM_XVIRTUALSCREEN), GetSystemMetrics(SM_YVIRTUALSCREEN),
            GetSystemMetrics(SM_CXVIRTUALSCREEN), GetSystemMetrics(SM_CYVIRTUALSCREEN)};
}

}  // namespace xpane
