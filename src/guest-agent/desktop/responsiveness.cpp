#include "desktop/responsiveness.h"

#include <algorithm>
#include <set>

namespace xpane {
namespace {

Responsiveness* current = nullptr;             // the answer carries a thread's number only
constexpr Micros turnEach = 1000000;           // the active window's thread, and one other
constexpr Micros hangsAfter = 5000000;         // as Windows itself counts

}  // namespace

Responsiveness::Responsiveness() { current = this; }
Responsiveness::~Responsiveness() { current = nullptr; }

void CALLBACK Responsiveness::onAnswer(HWND, UINT, ULONG_PTR threadId, LRESULT) {
    if (!current) return;
    auto at = current->questions_.find(static_cast<DWORD>(threadId));
    if (at == current->questions_.end()) return;
    at->second.askedAt = never;
    if (at->second.hangs) current->due_ = 0;
}

void Responsiveness::ask(const TrackedWindow& window, Micros now) {
    Question& question = questions_[window.threadId];
    if (question.askedAt != never) return;
    if (!SendMessageCallbackW(window.handle, WM_NULL, 0, 0, onAnswer, window.threadId)) return;
    question.askedAt = now;
    due_ = std::min(due_, now + hangsAfter);
}

std::vector<uint32_t> Responsiveness::check(WindowTracker& tracker, Micros now) {
    std::vector<uint32_t> changed;
    if (now < due_) return changed;
    forgetGone(tracker);
    if (now >= turnDue_) askNext(tracker, now);
    due_ = turnDue_;
    for (auto& [thread, question] : questions_) {
        bool waits = question.askedAt != never;
        question.hangs = waits && now - question.askedAt >= hangsAfter;
        if (waits && !question.hangs) due_ = std::min(due_, question.askedAt + hangsAfter);
    }
    for (auto& [id, window] : tracker.all()) {
        auto at = questions_.find(window.threadId);
        bool responding = at == questions_.end() || !at->second.hangs;
        if (window.info.responding == responding) continue;
        window.info.responding = responding;
        changed.push_back(id);
    }
    return changed;
}

// The active window's thread, and the next one of the others by number.
void Responsiveness::askNext(WindowTracker& tracker, Micros now) {
    turnDue_ = now + turnEach;
    if (TrackedWindow* active = tracker.find(tracker.activeId())) ask(*active, now);
    const TrackedWindow *next = nullptr, *first = nullptr;
    for (const auto& [id, window] : tracker.all()) {
        if (!first || window.threadId < first->threadId) first = &window;
        if (window.threadId > turn_ && (!next || window.threadId < next->threadId)) next = &window;
    }
    if (!next) next = first;
    if (!next) return;
    turn_ = next->threadId;
    ask(*next, now);
}

// A window that went takes its answer with it: the thread is asked anew by another of its windows.
void Responsiveness::forgetGone(WindowTracker& tracker) {
    std::set<DWORD> alive;
    for (const auto& [id, window] : tracker.all()) alive.insert(window.threadId);
    for (auto at = questions_.begin(); at != questions_.end();) {
        at = alive.count(at->first) == 0 ? questions_.erase(at) : std::next(at);
    }
}

}  // namespace xpane
