#include "desktop/loop-probe.h"

#include <utility>

namespace xpane {
namespace {

LoopProbe* current = nullptr;           // the callback carries no pointer that could outlive it
constexpr Micros answerLimit = 2000000;  // a window that hangs is not asked more often, lest its queue fill up

}  // namespace

LoopProbe::LoopProbe() { current = this; }
LoopProbe::~LoopProbe() { current = nullptr; }

void LoopProbe::ask(uint32_t windowId, HWND window, Micros now) {
    const auto at = asked_.find(windowId);
    if (at != asked_.end() && now - at->second < answerLimit) return;
    if (SendMessageCallbackW(window, WM_NULL, 0, 0, onAnswer, windowId)) asked_[windowId] = now;
}

void CALLBACK LoopProbe::onAnswer(HWND, UINT, ULONG_PTR windowId, LRESULT) {
    if (!current) return;
    current->asked_.erase(static_cast<uint32_t>(windowId));
    current->answered_.push_back(static_cast<uint32_t>(windowId));
}

std::vector<uint32_t> LoopProbe::take() { return std::exchange(answered_, {}); }

}  // namespace xpane
