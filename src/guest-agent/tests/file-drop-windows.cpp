#include "desktop/file-drop.h"

#include <shellapi.h>

#include "tests/check.h"
#include "win/handles.h"

using namespace xpane;

namespace {

// Outside of each other's way: 100 x 100 in a window of 300 x 300 at 40, 50.
HWND makeWindow(HWND parent, int x, int y, bool takesFiles) {
    const int edge = parent ? 100 : 300;
    const DWORD style = parent ? WS_CHILD | WS_VISIBLE : WS_POPUP | WS_VISIBLE;
    return CreateWindowExW(takesFiles ? WS_EX_ACCEPTFILES : 0, L"Static", L"", style, x, y, edge, edge, parent, nullptr,
                           nullptr, nullptr);
}

struct Windows {
    UniqueWindow top;
    HWND taker = nullptr, other = nullptr;

    explicit Windows(bool topTakes) : top(makeWindow(nullptr, 40, 50, topTakes)) {
        taker = makeWindow(top.get(), 10, 10, true);
        other = makeWindow(top.get(), 150, 10, false);
    }
};

struct Dropped {
    HWND window = nullptr;
    std::vector<std::wstring> paths;
    POINT at{};
    bool inClient = false;
};

// What came with the message; an empty one where none came.
Dropped takeDrop() {
    MSG message;
    if (!PeekMessageW(&message, nullptr, WM_DROPFILES, WM_DROPFILES, PM_REMOVE)) return {};
    const auto drop = reinterpret_cast<HDROP>(message.wParam);
    Dropped dropped{message.hwnd, {}, {}, false};
    dropped.inClient = DragQueryPoint(drop, &dropped.at) != FALSE;
    const UINT count = DragQueryFileW(drop, 0xffffffff, nullptr, 0);
    for (UINT i = 0; i < count; i++) {
        wchar_t path[MAX_PATH] = L"";
        DragQueryFileW(drop, i, path, MAX_PATH);
        dropped.paths.push_back(path);
    }
    DragFinish(drop);
    return dropped;
}

const std::vector<std::wstring> twoFiles{L"C:\\a b.txt", L"C:\\\u65e5\u672c\\\u00e9.txt"};

}  // namespace

TEST("file drop: the innermost window that takes files gets all of them, with the place within it") {
    const Windows windows(true);
    CHECK_EQUAL(dropFiles(windows.top.get(), {40 + 10 + 7, 50 + 10 + 9}, twoFiles), GetCurrentProcessId());
    const Dropped dropped = takeDrop();
    CHECK(dropped.window == windows.taker);
    CHECK(dropped.paths == twoFiles);
    CHECK(dropped.inClient);
    CHECK_EQUAL(dropped.at.x, 7);
    CHECK_EQUAL(dropped.at.y, 9);
}

TEST("file drop: a window in one that takes files, that does not itself") {
    const Windows windows(true);
    CHECK_EQUAL(dropFiles(windows.top.get(), {40 + 160, 50 + 20}, twoFiles), GetCurrentProcessId());
    const Dropped dropped = takeDrop();
    CHECK(dropped.window == windows.top.get());
    CHECK_EQUAL(dropped.at.x, 160);
}

TEST("file drop: where nobody takes files nothing is posted") {
    const Windows windows(false);
    CHECK_EQUAL(dropFiles(windows.top.get(), {40 + 160, 50 + 20}, twoFiles), 0u);
    EnableWindow(windows.taker, FALSE);
    CHECK_EQUAL(dropFiles(windows.top.get(), {40 + 15, 50 + 15}, twoFiles), 0u);
    EnableWindow(windows.taker, TRUE);
    ShowWindow(windows.taker, SW_HIDE);
    CHECK_EQUAL(dropFiles(windows.top.get(), {40 + 15, 50 + 15}, twoFiles), 0u);
    CHECK(!takeDrop().window);
}
