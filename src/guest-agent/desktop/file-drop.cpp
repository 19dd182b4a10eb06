#include "desktop/file-drop.h"

#include <shlobj.h>

#include <cstring>

#include "process/system-name.h"
#include "win/handles.h"

namespace xpane {
namespace {

// Windows within windows: more is no program's work.
constexpr int mostNested = 32;

HWND innermostAt(HWND top, POINT at) {
    HWND found = top;
    for (int depth = 0; depth < mostNested; depth++) {
        POINT inside = at;
        ScreenToClient(found, &inside);
        HWND child = ChildWindowFromPointEx(found, inside, CWP_SKIPINVISIBLE | CWP_SKIPDISABLED | CWP_SKIPTRANSPARENT);
        if (!child || child == found) break;
        found = child;
    }
    return found;
}

bool takesFiles(HWND window) {
    return (GetWindowLongW(window, GWL_EXSTYLE) & WS_EX_ACCEPTFILES) != 0 && IsWindowEnabled(window);
}

// A dialog's fields are asked before the dialog. Null: none takes files.
HWND takerAt(HWND top, POINT at) {
    HWND window = innermostAt(top, at);
    for (int depth = 0; window && window != top && depth < mostNested; depth++) {
        if (takesFiles(window)) return window;
        window = GetAncestor(window, GA_PARENT);
    }
    return takesFiles(top) ? top : nullptr;
}

// As DragQueryFile reads it: names one after the other, an empty one at the end.
std::vector<BYTE> dropOf(HWND window, POINT at, const std::vector<std::wstring>& paths) {
    std::wstring names;
    for (const std::wstring& path : paths) names.append(path).push_back(L'\0');
    names.push_back(L'\0');
    DROPFILES head{};
    head.pFiles = sizeof head;
    head.fWide = TRUE;
    POINT inside = at;
    ScreenToClient(window, &inside);
    RECT client{};
    head.fNC = !GetClientRect(window, &client) || inside.x < 0 || inside.y < 0 ||
               inside.x >= client.right || inside.y >= client.bottom;
    // Of a frame or a title the point is the screen's.
    head.pt = head.fNC ? at : inside;
    std::vector<BYTE> drop(sizeof head + names.size() * sizeof(wchar_t));
    std::memcpy(drop.data(), &head, sizeof head);
    std::memcpy(drop.data() + sizeof head, names.data(), names.size() * sizeof(wchar_t));
    return drop;
}

// Windows may wait for the other process while it brings the memory there.
bool answers(HWND window) {
    constexpr UINT patienceMs = 500;
    DWORD_PTR result = 0;
    return SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_ABORTIFHUNG, patienceMs, &result) != 0;
}

// Windows brings the memory behind the handle into the process that the message goes to. It is that one's from then on,
// which frees it by DragFinish.
bool postShared(HWND window, const std::vector<BYTE>& drop) {
    HGLOBAL memory = GlobalAlloc(GMEM_MOVEABLE | GMEM_ZEROINIT, drop.size());
    void* content = memory ? GlobalLock(memory) : nullptr;
    if (content) {
        std::memcpy(content, drop.data(), drop.size());
        GlobalUnlock(memory);
    }
    if (content && answers(window) && PostMessageW(window, WM_DROPFILES, reinterpret_cast<WPARAM>(memory), 0)) return true;
    if (memory) GlobalFree(memory);
    return false;
}

// Wine 8 hands on the number as it is, which means nothing in another process. What is no handle GlobalLock takes for
// the memory itself; DragFinish, which does not know it, leaves it to the process: some kilobytes for each drop.
bool postWithin(HWND window, DWORD processId, const std::vector<BYTE>& drop) {
    UniqueHandle process(OpenProcess(PROCESS_VM_OPERATION | PROCESS_VM_WRITE, FALSE, processId));
    if (!process) return false;
    void* memory = VirtualAllocEx(process.get(), nullptr, drop.size(), MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    if (!memory) return false;
    if (WriteProcessMemory(process.get(), memory, drop.data(), drop.size(), nullptr) &&
        PostMessageW(window, WM_DROPFILES, reinterpret_cast<WPARAM>(memory), 0)) {
        return true;
    }
    VirtualFreeEx(process.get(), memory, 0, MEM_RELEASE);
    return false;
}

}  // namespace

DWORD dropFiles(HWND top, POINT at, const std::vector<std::wstring>& paths) {
    HWND window = takerAt(top, at);
    if (!window) return 0;
    DWORD processId = 0;
    GetWindowThreadProcessId(window, &processId);
    const std::vector<BYTE> drop = dropOf(window, at, paths);
    const bool posted = isWine() ? postWithin(window, processId, drop) : postShared(window, drop);
    return posted ? processId : 0;
}

}  // namespace xpane
