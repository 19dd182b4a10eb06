#include "urls/link-relay.h"

#include <nlohmann/json.hpp>

#include "process/exit-codes.h"
#include "protocol/encode.h"
#include "urls/handlers.h"
#include "urls/own-browser.h"
#include "urls/safe-url.h"
#include "win/clock.h"

namespace xpane {
namespace {

constexpr wchar_t className[] = L"XPaneAgentLinks";
constexpr ULONG_PTR linkData = 0x4c4e4b31;  // "LNK1"
constexpr UINT agentWaitMs = 2000;
// No user clicks faster; the host counts for itself.
constexpr size_t mostRecent = 20;
constexpr uint64_t recentMs = 10000;

UniqueWindow makeWindow(WNDPROC procedure) {
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = procedure;
    windowClass.hInstance = GetModuleHandleW(nullptr);
    windowClass.lpszClassName = className;
    RegisterClassW(&windowClass);
    return UniqueWindow(CreateWindowExW(0, className, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, nullptr,
                                        windowClass.hInstance, nullptr));
}

bool agentTakes(const std::string& url) {
    const HWND agent = FindWindowExW(HWND_MESSAGE, nullptr, className, nullptr);
    if (!agent) return false;
    std::string copy = url;
    COPYDATASTRUCT data = {linkData, static_cast<DWORD>(copy.size()), copy.data()};
    DWORD_PTR taken = FALSE;
    return SendMessageTimeoutW(agent, WM_COPYDATA, 0, reinterpret_cast<LPARAM>(&data), SMTO_ABORTIFHUNG, agentWaitMs,
                               &taken) != 0 &&
           taken == TRUE;
}

}  // namespace

LinkRelay::LinkRelay(Outbox& host, Log& log) : host_(host), log_(log), window_(makeWindow(procedure)) {
    if (!window_) {
        log_.write(LogLevel::warn, "links: no window, error " + std::to_string(GetLastError()));
        return;
    }
    SetWindowLongPtrW(window_.get(), GWLP_USERDATA, reinterpret_cast<LONG_PTR>(this));
}

LRESULT CALLBACK LinkRelay::procedure(HWND window, UINT message, WPARAM wide, LPARAM other) {
    auto* self = reinterpret_cast<LinkRelay*>(GetWindowLongPtrW(window, GWLP_USERDATA));
    if (self && message == WM_COPYDATA && other) {
        return self->take(*reinterpret_cast<const COPYDATASTRUCT*>(other)) ? TRUE : FALSE;
    }
    return DefWindowProcW(window, message, wide, other);
}

void LinkRelay::handle(const LinkHandling& handling) {
    wanted_ = handling.fromGuest;
    takeLinks(wanted_, log_);
}

bool LinkRelay::take(const COPYDATASTRUCT& data) {
    if (!wanted_ || data.dwData != linkData || !data.lpData || data.cbData > mostUrlLength) return false;
    const std::string url(static_cast<const char*>(data.lpData), data.cbData);
    if (!isSafeUrl(url)) return false;
    // Taken all the same: opening them here would be the same flood.
    if (isTooMany()) return true;
    host_.control(openUrlMessage(url));
    return true;
}

bool LinkRelay::isTooMany() {
    const uint64_t now = nowMs();
    while (!recent_.empty() && now - recent_.front() >= recentMs) recent_.pop_front();
    if (recent_.size() >= mostRecent) {
        log_.write(LogLevel::warn, "links: too many in a short time, one is dropped");
        return true;
    }
    recent_.push_back(now);
    return false;
}

unsigned handLinkOver(const std::string& asked) {
    const auto url = safeUrlOf(asked);
    if (!url) return wrongSetUp;
    if (agentTakes(*url)) return endedByDesign;
    return openInGuest(*url).systemError == 0 ? endedByDesign : cannotOpenLink;
}

}  // namespace xpane
