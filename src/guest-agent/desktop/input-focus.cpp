#include "desktop/input-focus.h"

#include <algorithm>

#include "desktop/clock.h"
#include "desktop/window-query.h"

namespace xpane {
namespace {

constexpr Micros arrivalLimit = 2000000;
constexpr Micros answerLimit = 2000000, readLimit = 6000000;  // for one answer, and for all of them
constexpr Micros unreadFor = 2000000;                         // nobody leaves keys unread for longer
constexpr size_t mostAnswers = 300;
constexpr Micros readPause = 50000;  // between the last key and the keyboard's going elsewhere
constexpr Micros countLimit = 200000;  // keys that are not counted as taken by then were swallowed, or nobody counts
constexpr int mostGivenAgain = 5;
constexpr Micros nobodyFor = 30000;    // the keyboard is nobody's for a moment at each change
constexpr wchar_t nobodyClass[] = L"XPaneNobody";

// A window nobody sees, to have the focus when no window of the guest is to have it.
UniqueWindow makeNobody() {
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = DefWindowProcW;
    windowClass.hInstance = GetModuleHandleW(nullptr);
    windowClass.lpszClassName = nobodyClass;
    RegisterClassW(&windowClass);
    return UniqueWindow(CreateWindowExW(WS_EX_TOOLWINDOW, nobodyClass, L"", WS_POPUP, 0, 0, 1, 1, nullptr, nullptr,
                                        GetModuleHandleW(nullptr), nullptr));
}

}  // namespace

InputFocus::InputFocus(Log& log, std::function<std::optional<uint32_t>()> keysTaken)
    : log_(log), nobody_(makeNobody()), keysTaken_(std::move(keysTaken)) {}

void InputFocus::give(HWND window, Micros now) {
    givenAgain_ = 0;
    bring(window, now);
}

void InputFocus::bring(HWND window, Micros now) {
    if (!activate(window)) log_.write(LogLevel::warn, "window-activate was refused");
    window_ = holder_ = window;
    nobodySince_.reset();
    since_ = now;
    typedInto_ = nullptr;
}

void InputFocus::takeAway() {
    window_ = holder_ = nullptr;
    typedInto_ = nullptr;
    activate(nobody_.get());
}

// A foreground window alone is not enough: until its thread has handled that, no control of it takes keys.
bool InputFocus::arrived(Micros now) {
    if (!window_) return true;
    HWND foreground = GetForegroundWindow();
    GUITHREADINFO info;
    info.cbSize = sizeof info;
    const bool there = foreground && GetAncestor(foreground, GA_ROOTOWNER) == GetAncestor(window_, GA_ROOTOWNER) &&
                       GetGUIThreadInfo(GetWindowThreadProcessId(foreground, nullptr), &info) && info.hwndFocus;
    if (!there && now - since_ < arrivalLimit && frameOf(window_)) return false;
    window_ = nullptr;
    return true;
}

void InputFocus::nobodyHasIt(Micros now) {
    const HWND foreground = GetForegroundWindow();
    if (!holder_ || (foreground && foreground != GetDesktopWindow())) return nobodySince_.reset();
    if (!nobodySince_) nobodySince_ = now;
    if (now - *nobodySince_ < nobodyFor) return;
    if (!frameOf(holder_) || !IsWindowVisible(holder_) || ++givenAgain_ > mostGivenAgain) holder_ = nullptr;
    else bring(holder_, now);
}

// Keys that others made count as taken, too: what was made before is taken then at the latest.
void InputFocus::typing() {
    const uint32_t taken = keysTaken_().value_or(0);
    keysUntaken_ -= std::min(keysUntaken_, taken - takenBefore_);
    takenBefore_ = taken;
}

bool InputFocus::countedUnread() const {
    const std::optional<uint32_t> taken = keysTaken_();
    return taken && *taken - takenBefore_ < keysUntaken_;
}

void InputFocus::typed(size_t keys, size_t messages, Micros now) {
    keysUntaken_ += static_cast<uint32_t>(keys);
    typedInto_ = GetForegroundWindow();
    typedAt_ = now;
    while (!lately_.empty() && now - lately_.front().first > unreadFor) lately_.pop_front();
    lately_.emplace_back(now, messages);
    askedAt_.reset();
    answeredAt_.reset();
}

bool InputFocus::mayMoveTo(HWND window, Micros now) { return GetForegroundWindow() == window || keysRead(now); }

// There is no way to ask whether a thread has read its keys. But it answers what it is sent each time it takes a
// message, before it takes the next one: so it has read them when it has answered, one question after the other, as
// often as there may be messages. On top of that it gets as long again as the answers took, up to a pause as a person
// makes between key and window.
bool InputFocus::keysRead(Micros now) {
    if (!typedInto_) return true;
    if (!askedAt_) {
        askedAt_ = now;
        // What it still owes belongs to keys of before.
        answersDue_ = mostUnread() + (asked_ == typedInto_ ? 1 : 0);
        if (asked_ != typedInto_ && !ask()) return true;
    }
    const Micros lastNews = answeredAt_.value_or(*askedAt_);
    if (now - lastNews >= answerLimit || now - *askedAt_ >= readLimit || !frameOf(typedInto_)) {
        keysUntaken_ = 0;
        return true;
    }
    if (answersDue_ > 0) return false;
    const Micros again = std::min(readPause, *answeredAt_ - *askedAt_);
    if (now < std::max(typedAt_ + readPause, *answeredAt_ + again)) return false;
    // A program that was interrupted right after an answer gives the next one without a key in between.
    if (countedUnread() && now - *answeredAt_ < countLimit) return false;
    keysUntaken_ = 0;
    return true;
}

size_t InputFocus::mostUnread() const {
    size_t messages = 1;
    for (const auto& [at, made] : lately_) messages += typedAt_ - at <= unreadFor ? made : 0;
    return std::min(messages, mostAnswers);
}

bool InputFocus::ask() {
    const bool sent =
        SendMessageCallbackW(typedInto_, WM_NULL, 0, 0, answered, reinterpret_cast<ULONG_PTR>(this)) != FALSE;
    asked_ = sent ? typedInto_ : nullptr;
    return sent;
}

void CALLBACK InputFocus::answered(HWND window, UINT, ULONG_PTR self, LRESULT) {
    auto& focus = *reinterpret_cast<InputFocus*>(self);
    if (window == focus.asked_) focus.asked_ = nullptr;
    if (!focus.askedAt_ || window != focus.typedInto_ || focus.answersDue_ == 0) return;
    focus.answeredAt_ = std::max(*focus.askedAt_, nowMicros());
    if (--focus.answersDue_ > 0 && !focus.ask()) focus.answersDue_ = 0;
}

void InputFocus::forget() {
    window_ = holder_ = nullptr;
    nobodySince_.reset();
    typedInto_ = nullptr;
    keysUntaken_ = 0;
    lately_.clear();
}

}  // namespace xpane
