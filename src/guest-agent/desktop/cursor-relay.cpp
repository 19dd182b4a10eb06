#include "desktop/cursor-relay.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "desktop/clock.h"
#include "desktop/cursor-reader.h"
#include "process/system-name.h"
#include "protocol/encode.h"

namespace xpane {
namespace {

constexpr size_t mostCursors = 128;  // src/guest-bridge/protocol/limits.ts
constexpr size_t mostKnown = 1024;
constexpr Micros tellEach = 8000, pictureEach = 25000;

static_assert(hiddenCursor == standardCursorCount);

bool holds(const std::deque<uint64_t>& list, uint64_t hash) {
    return std::find(list.begin(), list.end(), hash) != list.end();
}

}  // namespace

CursorRelay::CursorRelay(Outbox& outbox, WindowTracker& tracker)
    : outbox_(outbox), tracker_(tracker), global_(!isWine()) {}

void CursorRelay::start() {
    sent_.clear();
    told_.clear();
    wanted_.clear();
    known_.clear();
    over_ = 0;
}

void CursorRelay::described(const CursorSlot& slot) {
    // One that is no picture is an arrow from now on, and not asked for again and again.
    CursorShape shape;
    if (auto image = cursorImageOf(bitsOf(slot))) shape = {customCursor, keep(std::move(*image))};
    know(slot.cursor, shape);
}

void CursorRelay::shown(HWND window, LONG cursor, LONG standard) {
    if (standard > 0 && standard <= standardCursorCount) know(cursor, {static_cast<int>(standard - 1)});
    TrackedWindow* tracked = window ? tracker_.find(window) : nullptr;
    if (!tracked) return;
    put(tracked->info.windowId, cursor == 0 ? CursorShape{hiddenCursor} : shapeOf(cursor).value_or(CursorShape{}));
}

bool CursorRelay::takeForgot() {
    const bool forgot = forgot_;
    forgot_ = false;
    return forgot;
}

void CursorRelay::look() {
    TrackedWindow* window = tracker_.find(over_);
    if (!window) return;
    // Wine answers for the program in front.
    if (!global_ && GetWindowThreadProcessId(GetForegroundWindow(), nullptr) != window->threadId) return;
    CURSORINFO info;
    info.cbSize = sizeof info;
    if (!GetCursorInfo(&info)) return;
    const auto cursor = static_cast<LONG>(reinterpret_cast<LONG_PTR>(info.hCursor));
    const bool hidden = !(info.flags & CURSOR_SHOWING) || cursor == 0;
    const auto shape = hidden ? CursorShape{hiddenCursor} : shapeOf(cursor);
    if (shape) put(over_, *shape);
}

void CursorRelay::windowGone(uint32_t windowId) {
    told_.erase(windowId);
    wanted_.erase(windowId);
}

// Nothing: only its program knows.
std::optional<CursorShape> CursorRelay::shapeOf(LONG cursor) {
    const auto at = known_.find(cursor);
    if (at != known_.end()) return at->second;
    for (LONG i = 0; i < standardCursorCount; ++i) {
        const HCURSOR own = LoadCursorW(nullptr, MAKEINTRESOURCEW(standardCursors[i]));
        if (own && static_cast<LONG>(reinterpret_cast<LONG_PTR>(own)) == cursor) {
            know(cursor, {static_cast<int>(i)});
            return known_[cursor];
        }
    }
    const auto bits = readCursor(reinterpret_cast<HCURSOR>(static_cast<LONG_PTR>(cursor)));
    auto image = bits ? cursorImageOf(*bits) : std::nullopt;
    if (!image) return std::nullopt;
    know(cursor, {customCursor, keep(std::move(*image))});
    return known_[cursor];
}

void CursorRelay::know(LONG cursor, const CursorShape& shape) {
    if (known_.size() >= mostKnown && known_.count(cursor) == 0) {
        known_.clear();
        forgot_ = true;
    }
    known_[cursor] = shape;
}

uint64_t CursorRelay::keep(CursorImage image) {
    const uint64_t hash = cursorHash(image);
    if (!images_.try_emplace(hash, std::move(image)).second) return hash;
    kept_.push_back(hash);
    if (kept_.size() > mostCursors) {
        images_.erase(kept_.front());
        kept_.pop_front();
    }
    return hash;
}

void CursorRelay::put(uint32_t windowId, const CursorShape& shape) { wanted_[windowId] = shape; }

void CursorRelay::work(Micros now) {
    if (wanted_.empty() || now < toldAt_ + tellEach) return;
    for (auto at = wanted_.begin(); at != wanted_.end();) {
        if (!tell(at->first, at->second, now)) ++at;
        else at = wanted_.erase(at);
    }
    held_ = !wanted_.empty();
}

Micros CursorRelay::dueAt() const {
    if (wanted_.empty()) return never;
    return std::max(toldAt_ + tellEach, held_ ? pictureAt_ + pictureEach : 0);
}

bool CursorRelay::tell(uint32_t windowId, CursorShape shape, Micros now) {
    if (!tracker_.find(windowId)) return true;
    const auto told = told_.find(windowId);
    // A window's pointer is an arrow until it is told.
    if (shape == (told == told_.end() ? CursorShape{} : told->second)) return true;
    if (shape.which == customCursor && !holds(sent_, shape.hash)) {
        const auto image = images_.find(shape.hash);
        if (image == images_.end()) {
            shape = {};
        } else {
            if (now < pictureAt_ + pictureEach) return false;
            pictureAt_ = now;
            outbox_.binary(encodeCursor(shape.hash, image->second));
            sent_.push_back(shape.hash);
            if (sent_.size() > mostCursors) sent_.pop_front();
        }
    }
    outbox_.control(cursorMessage(windowId, shape));
    told_[windowId] = shape;
    toldAt_ = now;
    return true;
}

}  // namespace xpane
