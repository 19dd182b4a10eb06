#include "process/hand-over.h"

#include <utility>

#include "win/clock.h"

namespace xpane {
namespace {

constexpr UINT agentWaitMs = 2000;
constexpr size_t mostRecent = 20;
constexpr uint64_t recentMs = 10000;

UniqueWindow makeWindow(const wchar_t* className, WNDPROC procedure) {
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = procedure;
    windowClass.hInstance = GetModuleHandleW(nullptr);
    windowClass.lpszClassName = className;
    RegisterClassW(&windowClass);
    return UniqueWindow(CreateWindowExW(0, className, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, nullptr,
                                        windowClass.hInstance, nullptr));
}

}  // namespace

HandOver::HandOver(const HandOverKind& kind, Take take, Log& log)
    : kind_(kind), take_(std::move(take)), log_(log), window_(makeWindow(kind.windowClass, procedure)) {
    if (!window_) {
        log_.write(LogLevel::warn, std::string(kind_.name) + ": no window, error " + std::to_string(GetLastError()));
        return;
    }
    SetWindowLongPtrW(window_.get(), GWLP_USERDATA, reinterpret_cast<LONG_PTR>(this));
}

LRESULT CALLBACK HandOver::procedure(HWND window, UINT message, WPARAM wide, LPARAM other) {
    const auto* self = reinterpret_cast<const HandOver*>(GetWindowLongPtrW(window, GWLP_USERDATA));
    if (self && message == WM_COPYDATA && other) {
        return self->received(*reinterpret_cast<const COPYDATASTRUCT*>(other)) ? TRUE : FALSE;
    }
    return DefWindowProcW(window, message, wide, other);
}

bool HandOver::received(const COPYDATASTRUCT& data) const {
    if (data.dwData != kind_.mark || !data.lpData || data.cbData > kind_.mostBytes) return false;
    return take_(std::string(static_cast<const char*>(data.lpData), data.cbData));
}

bool HandOver::isTooMany() {
    const uint64_t now = nowMs();
    while (!recent_.empty() && now - recent_.front() >= recentMs) recent_.pop_front();
    const bool many = recent_.size() >= mostRecent;
    if (many && !dropping_) {
        log_.write(LogLevel::warn, std::string(kind_.name) + ": too many in a short time, some are dropped");
    }
    dropping_ = many;
    if (!many) recent_.push_back(now);
    return many;
}

bool agentTakes(const HandOverKind& kind, std::string bytes) {
    const HWND agent = FindWindowExW(HWND_MESSAGE, nullptr, kind.windowClass, nullptr);
    if (!agent) return false;
    COPYDATASTRUCT data = {kind.mark, static_cast<DWORD>(bytes.size()), bytes.data()};
    DWORD_PTR taken = FALSE;
    return SendMessageTimeoutW(agent, WM_COPYDATA, 0, reinterpret_cast<LPARAM>(&data), SMTO_ABORTIFHUNG, agentWaitMs,
                               &taken) != 0 &&
           taken == TRUE;
}

}  // namespace xpane
