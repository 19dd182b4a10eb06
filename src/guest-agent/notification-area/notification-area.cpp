#include "notification-area/notification-area.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "icon/icon-pixels.h"
#include "notification-area/tray-messages.h"
#include "process/system-name.h"
#include "win/clock.h"

namespace xpane {
namespace {

constexpr wchar_t shellClass[] = L"Shell_TrayWnd";
constexpr UINT shellWaitMs = 200;
constexpr uint64_t sweepMs = 1000, balloonMs = 30000;

HWND handleOf(uint32_t value) { return reinterpret_cast<HWND>(static_cast<uintptr_t>(value)); }

UniqueWindow makeWindow(WNDPROC procedure) {
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = procedure;
    windowClass.hInstance = GetModuleHandleW(nullptr);
    windowClass.lpszClassName = shellClass;
    RegisterClassW(&windowClass);
    // Topmost and never shown: searches go from the top, whether a window is visible or not.
    return UniqueWindow(CreateWindowExW(WS_EX_TOOLWINDOW | WS_EX_TOPMOST, shellClass, L"", WS_POPUP, 0, 0, 0, 0,
                                        nullptr, nullptr, windowClass.hInstance, nullptr));
}

}  // namespace

NotificationArea::NotificationArea(Outbox& outbox, Log& log)
    : outbox_(outbox), log_(log), shellHears_(!isWine()), window_(makeWindow(procedure)) {
    if (!window_) {
        log_.write(LogLevel::warn, "notification area: no window, error " + std::to_string(GetLastError()));
        return;
    }
    SetWindowLongPtrW(window_.get(), GWLP_USERDATA, reinterpret_cast<LONG_PTR>(this));
    standInFront();
    // Applications that registered elsewhere do it again, as after a crash of the shell.
    PostMessageW(HWND_BROADCAST, RegisterWindowMessageW(L"TaskbarCreated"), 0, 0);
}

LRESULT CALLBACK NotificationArea::procedure(HWND window, UINT message, WPARAM wide, LPARAM other) {
    auto* self = reinterpret_cast<NotificationArea*>(GetWindowLongPtrW(window, GWLP_USERDATA));
    if (self && message == WM_COPYDATA && other) {
        return self->copyData(reinterpret_cast<HWND>(wide), *reinterpret_cast<const COPYDATASTRUCT*>(other));
    }
    return DefWindowProcW(window, message, wide, other);
}

void NotificationArea::standInFront() {
    if (!window_ || FindWindowW(shellClass, nullptr) == window_.get()) return;
    SetWindowPos(window_.get(), HWND_TOPMOST, 0, 0, 0, 0, SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE);
}

LRESULT NotificationArea::copyData(HWND sender, const COPYDATASTRUCT& data) {
    const LRESULT elsewhere = shellHears_ ? forward(sender, data) : FALSE;
    const char* bytes = static_cast<const char*>(data.lpData);
    auto request = readTrayRequest(data.dwData, {bytes, bytes ? data.cbData : 0});
    if (!request || !IsWindow(handleOf(request->owner))) return elsewhere;
    if (request->iconHandle != 0) request->image = pixelsOf(reinterpret_cast<HICON>(handleOf(request->iconHandle)));
    const auto said = request->balloon;
    const TrayList::Outcome outcome = icons_.apply(std::move(*request), elsewhere != FALSE);
    if (outcome.removed) {
        forget(outcome.trayId);
    } else if (const TrayIcon* icon = icons_.find(outcome.trayId)) {
        show(*icon);
        if (said) balloon(*icon, *said);
    }
    return outcome.accepted || elsewhere != FALSE;
}

// To the task bar behind this window.
LRESULT NotificationArea::forward(HWND sender, const COPYDATASTRUCT& data) {
    HWND shell = nullptr;
    do shell = FindWindowExW(nullptr, shell, shellClass, nullptr);
    while (shell == window_.get() && shell);
    if (!shell) return FALSE;
    DWORD_PTR answer = FALSE;
    SendMessageTimeoutW(shell, WM_COPYDATA, reinterpret_cast<WPARAM>(sender), reinterpret_cast<LPARAM>(&data),
                        SMTO_ABORTIFHUNG, shellWaitMs, &answer);
    return static_cast<LRESULT>(answer);
}

void NotificationArea::show(const TrayIcon& icon) {
    if (!connected_) return;
    if (icon.hidden) {
        outbox_.control(trayIconRemovedMessage(icon.trayId));
        return;
    }
    if (icon.image) outbox_.binary(encodeIcon(icon.imageHash, *icon.image));
    outbox_.control(trayIconMessage(icon));
}

void NotificationArea::forget(uint32_t trayId) {
    balloons_.erase(trayId);
    if (connected_) outbox_.control(trayIconRemovedMessage(trayId));
}

void NotificationArea::balloon(const TrayIcon& icon, const Balloon& balloon) {
    if (balloon.text.empty()) {
        if (balloons_.erase(icon.trayId) != 0) post(icon, ninBalloonHide);
        return;
    }
    if (!connected_ || icon.hidden) return;
    outbox_.control(balloonMessage(icon.trayId, balloon));
    balloons_[icon.trayId] = nowMs() + balloonMs;
    post(icon, ninBalloonShow);
}

void NotificationArea::post(const TrayIcon& icon, uint32_t message) {
    if (icon.callback != 0) PostMessageW(handleOf(icon.owner), icon.callback, icon.id, static_cast<LPARAM>(message));
}

void NotificationArea::connected() {
    connected_ = true;
    for (const TrayIcon& icon : icons_.all()) {
        if (!icon.hidden) show(icon);
    }
}

void NotificationArea::handle(const TrayClick& click) {
    const TrayIcon* icon = icons_.find(click.trayId);
    if (!icon) return;
    DWORD process = 0;
    GetWindowThreadProcessId(handleOf(icon->owner), &process);
    AllowSetForegroundWindow(process);
    // Applications open their menu where the pointer is.
    const int right = GetSystemMetrics(SM_CXSCREEN) - 1, bottom = GetSystemMetrics(SM_CYSCREEN) - 1;
    SetCursorPos(std::clamp(click.x, 0, right), std::clamp(click.y, 0, bottom));
    for (const uint32_t message : messagesFor(click, icon->version)) post(*icon, message);
}

void NotificationArea::handle(const BalloonClick& click) {
    const TrayIcon* icon = icons_.find(click.trayId);
    if (!icon) return;
    balloons_.erase(click.trayId);
    DWORD process = 0;
    GetWindowThreadProcessId(handleOf(icon->owner), &process);
    AllowSetForegroundWindow(process);
    post(*icon, ninBalloonUserClick);
}

uint32_t NotificationArea::tick() {
    const uint64_t now = nowMs();
    if (now < sweepDueMs_) return static_cast<uint32_t>(sweepDueMs_ - now);
    sweepDueMs_ = now + sweepMs;
    standInFront();
    std::vector<uint32_t> dead;
    for (const TrayIcon& icon : icons_.all()) {
        if (!IsWindow(handleOf(icon.owner))) dead.push_back(icon.trayId);
    }
    for (const uint32_t trayId : dead) {
        icons_.remove(trayId);
        forget(trayId);
    }
    for (auto at = balloons_.begin(); at != balloons_.end();) {
        const TrayIcon* icon = icons_.find(at->first);
        const bool over = now >= at->second;
        if (over && icon) post(*icon, ninBalloonTimeout);
        at = over ? balloons_.erase(at) : std::next(at);
    }
    return sweepMs;
}

}  // namespace xpane
