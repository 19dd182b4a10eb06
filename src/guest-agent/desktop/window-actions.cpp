#include "desktop/window-actions.h"

#include <set>

#include "desktop/window-query.h"
#include "win/handles.h"

namespace xpane {
namespace {

// Joins this thread's input with the foreground's for a moment: only who belongs to the foreground may change it.
class SharedInput {
public:
    explicit SharedInput(HWND foreground) {
        DWORD other = foreground ? GetWindowThreadProcessId(foreground, nullptr) : 0;
        // Never with a thread that hangs: its queue would become ours.
        if (other == 0 || other == GetCurrentThreadId() || IsHungAppWindow(foreground)) return;
        if (AttachThreadInput(GetCurrentThreadId(), other, TRUE)) attached_ = other;
    }
    ~SharedInput() {
        if (attached_) AttachThreadInput(GetCurrentThreadId(), attached_, FALSE);
    }
    SharedInput(const SharedInput&) = delete;
    SharedInput& operator=(const SharedInput&) = delete;

private:
    DWORD attached_ = 0;
};

bool isComboBox(HWND window) {
    std::string name = window ? classNameOf(window) : std::string();
    return name == "ComboBox" || name == "ComboBoxEx32";
}

// A drop-down's combo box: the focus, or the parent of the edit field that has it.
HWND comboBoxOf(const GUITHREADINFO& info) {
    if (isComboBox(info.hwndFocus)) return info.hwndFocus;
    HWND parent = info.hwndFocus ? GetAncestor(info.hwndFocus, GA_PARENT) : nullptr;
    return isComboBox(parent) ? parent : nullptr;
}

void dismissMenusOf(DWORD threadId) {
    GUITHREADINFO info;
    info.cbSize = sizeof info;
    if (!GetGUIThreadInfo(threadId, &info)) return;
    if (info.flags & (GUI_INMENUMODE | GUI_POPUPMENUMODE)) {
        HWND owner = info.hwndMenuOwner ? info.hwndMenuOwner : info.hwndActive;
        if (owner) PostMessageW(owner, WM_CANCELMODE, 0, 0);
        return;
    }
    if (HWND comboBox = comboBoxOf(info)) PostMessageW(comboBox, CB_SHOWDROPDOWN, FALSE, 0);
    else if (info.hwndCapture) PostMessageW(info.hwndCapture, WM_CANCELMODE, 0, 0);
}

}  // namespace

bool activate(HWND window) {
    if (!IsWindowEnabled(window)) window = GetLastActivePopup(window);
    HWND foreground = GetForegroundWindow();
    if (foreground == window) return true;
    SharedInput shared(foreground);
    return SetForegroundWindow(window) != FALSE;
}

void setState(HWND window, ShowState state) {
    switch (state) {
        case ShowState::minimised:
            // As the title bar's button does it, so that the application hears of it in the usual way.
            PostMessageW(window, WM_SYSCOMMAND, SC_MINIMIZE, 0);
            return;
        case ShowState::maximised: ShowWindowAsync(window, SW_SHOWMAXIMIZED); return;
        case ShowState::normal:
        case ShowState::fullScreen:
            // As the task bar does it: Delphi's applications bring their other windows back when they hear of it.
            if (IsIconic(window)) PostMessageW(window, WM_SYSCOMMAND, SC_RESTORE, 0);
            else ShowWindowAsync(window, SW_RESTORE);
            return;
    }
}

bool endProcess(DWORD processId) {
    if (processId == 0 || processId == GetCurrentProcessId()) return false;
    UniqueHandle process(OpenProcess(PROCESS_TERMINATE, FALSE, processId));
    return process && TerminateProcess(process.get(), 1);
}

void requestClose(HWND window) { PostMessageW(window, WM_SYSCOMMAND, SC_CLOSE, 0); }

void dismissMenus(WindowTracker& tracker) {
    std::set<DWORD> threads;
    for (const auto& [id, window] : tracker.all()) {
        if (window.info.kind == WindowKind::menu) threads.insert(window.threadId);
    }
    for (DWORD thread : threads) dismissMenusOf(thread);
}

}  // namespace xpane
