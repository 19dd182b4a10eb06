#include "desktop/placed/paint-proof.h"

#include <algorithm>

namespace xpane {
namespace {

// Between the moment an application takes note of what is to be drawn and that at which the screen shows it: Wine
// collects what is drawn for some milliseconds.
constexpr Micros shownAfter = 30000;
// Some program never says that it has drawn. Then its being alive must do.
constexpr Micros proofLimit = 10000000;
constexpr Micros lookSoonest = 8000, lookLatest = 250000;

BOOL CALLBACK collect(HWND window, LPARAM list) {
    reinterpret_cast<std::vector<HWND>*>(list)->push_back(window);
    return TRUE;
}

bool isDrawn(HWND window) { return !IsWindowVisible(window) || !GetUpdateRect(window, nullptr, FALSE); }

}  // namespace

void PaintProof::ask(HWND window, Micros now) {
    Asked& asked = asked_[window];
    asked = {};
    asked.since = now;
    asked.parts.push_back(window);
    EnumChildWindows(window, collect, reinterpret_cast<LPARAM>(&asked.parts));
    RedrawWindow(window, nullptr, nullptr, RDW_INVALIDATE | RDW_FRAME | RDW_ALLCHILDREN);
}

void PaintProof::look(HWND window, Asked& asked, Micros now) {
    if (asked.parts.empty()) return;
    asked.parts.erase(std::remove_if(asked.parts.begin(), asked.parts.end(), isDrawn), asked.parts.end());
    if (now - asked.since >= proofLimit && !IsHungAppWindow(window)) asked.parts.clear();
    if (asked.parts.empty()) asked.drawnAt = now;
}

// Quickly at first; an application that hangs is asked ever more rarely.
Micros PaintProof::dueAt(Micros now) const {
    Micros due = never;
    for (const auto& [window, asked] : asked_) {
        due = std::min(due, now + std::clamp((now - asked.since) / 4, lookSoonest, lookLatest));
    }
    return due;
}

std::vector<HWND> PaintProof::take(Micros now) {
    std::vector<HWND> drawn;
    for (auto at = asked_.begin(); at != asked_.end();) {
        auto& [window, asked] = *at;
        look(window, asked, now);
        bool done = asked.parts.empty() && now - asked.drawnAt >= shownAfter;
        if (done) drawn.push_back(window);
        at = done || !IsWindow(window) ? asked_.erase(at) : std::next(at);
    }
    return drawn;
}

}  // namespace xpane
