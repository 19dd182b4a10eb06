#include "desktop/guest-screen.h"

#include "desktop/rects.h"
#include "win/thread.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr Micros runLimit = 20000000, lookEach = 50000;
constexpr DWORD mostModes = 4096;

RECT rectOf(const Rect& r) { return {r.x, r.y, rightOf(r), bottomOf(r)}; }

// The smallest mode that has room for the host's screen, or the largest there is. Nothing: there are no modes.
std::optional<DEVMODEW> bestMode(int width, int height) {
    std::optional<DEVMODEW> best;
    const auto pixels = [](const DEVMODEW& mode) { return 1ull * mode.dmPelsWidth * mode.dmPelsHeight; };
    const auto fits = [&](const DEVMODEW& mode) {
        return mode.dmPelsWidth >= static_cast<DWORD>(width) && mode.dmPelsHeight >= static_cast<DWORD>(height);
    };
    for (DWORD i = 0; i < mostModes; ++i) {
        DEVMODEW mode = {};
        mode.dmSize = sizeof mode;
        if (!EnumDisplaySettingsW(nullptr, i, &mode)) break;
        if (mode.dmBitsPerPel < 24) continue;
        const bool better = !best || (fits(mode) ? !fits(*best) || pixels(mode) < pixels(*best)
                                                 : !fits(*best) && pixels(mode) > pixels(*best));
        if (better) best = mode;
    }
    return best;
}

// May take a second, and tells every window: never on the thread that has the socket.
void changeTo(int width, int height) {
    auto mode = bestMode(width, height);
    const bool same = mode && static_cast<int>(mode->dmPelsWidth) == GetSystemMetrics(SM_CXSCREEN) &&
                      static_cast<int>(mode->dmPelsHeight) == GetSystemMetrics(SM_CYSCREEN);
    if (!mode || same) return;
    mode->dmFields = DM_PELSWIDTH | DM_PELSHEIGHT | DM_BITSPERPEL;
    ChangeDisplaySettingsW(&*mode, 0);
}

}  // namespace

void GuestScreen::configure(const DesktopConfigure& wanted) {
    const bool same = wanted_ && wanted_->screen == wanted.screen && wanted_->workArea == wanted.workArea;
    wanted_ = wanted;
    if (same) return;
    outdated_ = true;
    setWorkArea(desktop_);
}

bool GuestScreen::desktopIs(const Rect& desktop) {
    if (desktop == desktop_) return false;
    const bool first = isEmpty(desktop_);
    desktop_ = desktop;
    setWorkArea(desktop);
    return !first;
}

void GuestScreen::tick(Micros now) {
    if (running_) {
        if (WaitForSingleObject(running_.get(), 0) != WAIT_TIMEOUT) {
            running_.reset();
        } else if (isProgram_ && now - since_ > runLimit) {
            log_.write(LogLevel::warn, "screen: the program that changes it does not end");
            TerminateProcess(running_.get(), 1);
            running_.reset();
        }
    }
    if (running_ || !outdated_ || !wanted_ || !wanted_->screen || isEmpty(*wanted_->screen)) return;
    outdated_ = false;
    since_ = now;
    if (program_.empty()) changeMode();
    else runProgram(now);
}

Micros GuestScreen::dueAt() const { return running_ ? since_ + lookEach : outdated_ ? since_ : never; }

void GuestScreen::runProgram(Micros now) {
    const Rect area = intersect(wanted_->workArea, *wanted_->screen);
    std::string command = "\"" + program_ + "\"";
    for (int number : {wanted_->screen->width, wanted_->screen->height, area.x, area.y, area.width, area.height}) {
        command += " " + std::to_string(number);
    }
    STARTUPINFOW startup = {};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION started = {};
    std::wstring writable = wideFrom(command);
    if (!CreateProcessW(nullptr, writable.data(), nullptr, nullptr, FALSE, CREATE_NO_WINDOW, nullptr, nullptr, &startup,
                        &started)) {
        log_.write(LogLevel::warn, "screen: cannot be changed, error " + std::to_string(GetLastError()));
        return;
    }
    const UniqueHandle thread(started.hThread);
    running_.reset(started.hProcess);
    isProgram_ = true;
    since_ = now;
}

void GuestScreen::changeMode() {
    const Rect screen = *wanted_->screen;
    if (screen == desktop_) return;
    running_ = startThread([screen] { changeTo(screen.width, screen.height); });
    isProgram_ = false;
}

// Without telling the applications: that would wait for each of them.
void GuestScreen::setWorkArea(const Rect& desktop) {
    if (!wanted_) return;
    const Rect area = intersect(wanted_->workArea, desktop);
    RECT workArea = rectOf(area);
    if (!isEmpty(area) && !SystemParametersInfoW(SPI_SETWORKAREA, 0, &workArea, 0)) {
        log_.write(LogLevel::warn, "screen: the work area was refused, error " + std::to_string(GetLastError()));
    }
}

}  // namespace xpane
