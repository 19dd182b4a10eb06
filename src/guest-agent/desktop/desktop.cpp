// Joins the parts: window system -> tracker -> messages; schedules -> capture -> frames; commands -> windows, input.
#include "desktop/desktop.h"

#include <algorithm>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "desktop/clock.h"
#include "desktop/cursor-relay.h"
#include "desktop/damage-hints.h"
#include "desktop/file-drop.h"
#include "desktop/guest-screen.h"
#include "desktop/hook-hints.h"
#include "desktop/input-queue.h"
#include "desktop/layered-windows.h"
#include "desktop/placed/placer.h"
#include "desktop/rects.h"
#include "desktop/responsiveness.h"
#include "desktop/shell-hook.h"
#include "desktop/surface-relay.h"
#include "desktop/win-events.h"
#include "desktop/window-actions.h"
#include "desktop/window-details.h"
#include "desktop/window-query.h"

namespace xpane {
namespace {

// How often all windows are looked at: quickly for a while after something happened, then ever more slowly.
constexpr Micros pollSoonest = 4000, pollQuick = 8000, pollTold = 32000, pollSlowest = 500000, quickFor = 200000;
// The same where programs say themselves what they do with their windows: asking about fifty takes milliseconds.
constexpr Micros pollSlowestTold = 1000000;
constexpr uint32_t idleMs = 1000;  // nobody is connected

class GuestDesktop : public Desktop {
public:
    GuestDesktop(Outbox& outbox, Log& log, const std::string& screenProgram)
        : outbox_(outbox), log_(log), screen_(screenProgram, log), capture_(chooseCapture(log)), hooks_(log), tracker_(log),
          relay_(outbox, *capture_, tracker_), layered_(!capture_->dependsOnOrder()), cursors_(outbox, tracker_),
          input_(tracker_, responsiveness_, log, [this](const WindowMove& move) { place(move, nowMicros()); },
                 [this] { return hooks_.keysTaken(); }) {
        if (capture_->dependsOnOrder()) placer_.emplace();
    }

    DesktopFacts facts() const override {
        Rect desktop = desktopRect();
        return {desktop.width, desktop.height, capture_->name()};
    }

    void connected(const Welcome& welcome) override {
        connected_ = true;
        fineWaits_.emplace();
        hooks_.start();
        tracker_.ids().forgetUnacknowledged();
        relay_.start(welcome.frameWindow, hooks_.running());
        cursors_.start();
        events_.take();
        // Brings the tracker up to date, then tells everything it has, whatever is new in it.
        tracker_.poll(nowMicros());
        arrange(nowMicros());
        told_.clear();
        for (const auto& [id, window] : tracker_.all()) announce(window);
        relay_.follow({}, nowMicros());
        tellOrder();
        beQuick(nowMicros());
    }

    void disconnected() override {
        connected_ = false;
        fineWaits_.reset();
        hooks_.stop();
        input_.abandon();
        relay_.stop();
        tracker_.ids().forgetUnacknowledged();
    }

    void handle(const DesktopCommand& command) override {
        if (!connected_) return;
        Micros now = nowMicros();
        std::visit([&](const auto& one) { act(one, now); }, command);
        drainInput(now);
    }

    uint32_t drop(const FileDrop& drop, const std::vector<std::wstring>& paths) override {
        const TrackedWindow* window = connected_ ? tracker_.find(drop.windowId) : nullptr;
        if (!window) return 0;
        beQuick(nowMicros());
        return dropFiles(window->handle, onScreen(*window, drop.x, drop.y), paths);
    }

    HANDLE event() const override { return hooks_.event(); }

    uint32_t tick() override {
        if (!connected_) return idleMs;
        Micros now = nowMicros();
        takeEvents(now);
        takeHints(now);
        drainInput(now);
        if (relay_.takeTrackerOutdated()) pollDue_ = std::min(pollDue_, now);
        // Looking at all windows takes as long as a key's whole way: what is being painted goes first.
        if (now >= pollAt()) poll(now);
        screen_.tick(now);
        for (uint32_t id : responsiveness_.check(tracker_, now)) tell("window-changed", tracker_.find(id));
        relay_.work(nowMicros());
        now = nowMicros();
        for (uint32_t id : layered_.check(tracker_, relay_, now)) tell("window-changed", tracker_.find(id));
        cursors_.work(now);
        // Not in the middle of what the user does.
        const Micros detailsAt = std::max(detailsDue_, quickUntil_ - quickFor / 2);
        if (now >= detailsAt) askDetails(now);
        Micros due = std::min({pollAt(), relay_.dueAt(now), input_.dueAt(), cursors_.dueAt(), detailsAt,
                               responsiveness_.dueAt(), layered_.dueAt(), screen_.dueAt()});
        Micros waitMs = due <= now ? 0 : (due - now + 999) / 1000;
        return static_cast<uint32_t>(std::clamp<Micros>(waitMs, 0, idleMs));
    }

private:
    // ---- what the window system says ----

    void takeEvents(Micros now) {
        WinEvents::Batch batch = events_.take();
        for (HWND window : batch.titles) tracker_.titleChanged(window);
        if (batch.windows || !batch.titles.empty()) beQuick(now);
        hints_.add(batch.painted);
        std::vector<DamageHint> hints;
        hints_.take(tracker_, hints);
        for (const DamageHint& hint : hints) relay_.painted(hint.windowId, now);
        for (HWND window : shellHook_.takeFlashed()) flashed(tracker_.find(window));
    }

    // The active window has the user's attention.
    void flashed(TrackedWindow* window) {
        if (!window || window->info.attention || window->info.windowId == tracker_.activeId()) return;
        window->info.attention = true;
        tell("window-changed", window);
    }

    void takeHints(Micros now) {
        const std::vector<HookHint> hints = hooks_.take();
        // A program tells of its pointer before it tells that it shows it.
        for (const CursorSlot& slot : hooks_.takeCursors()) cursors_.described(slot);
        if (cursors_.takeForgot()) hooks_.forgetCursors();
        for (const HookHint& hint : hints) {
            if (hint.kind == hintCursor) {
                cursors_.shown(hint.window, hint.cursor, hint.standard);
                continue;
            }
            HWND root = GetAncestor(hint.window, GA_ROOT);
            TrackedWindow* window = root ? tracker_.find(root) : nullptr;
            if (hint.kind == hintArranged || hint.kind == hintRestacked) beQuick(now);
            if (hint.kind == hintRestacked) input_.restacked(now);
            if (!window) continue;
            const uint32_t id = window->info.windowId;
            if (hint.kind == hintFlash) flashed(window);
            if (hint.kind == hintPaint) relay_.paints(id, hint.area, now);
            if (hint.kind == hintTimer) relay_.mayPaint(id, false, now);
            if (hint.kind == hintInput || hint.kind == hintCaret) relay_.mayPaint(id, true, now);
        }
    }

    Micros pollAt() const { return relay_.paintsNow() ? pollDue_ + pollQuick : pollDue_; }

    // What the user did opens or moves windows by and by; hooks tell of it.
    void beQuickAfterInput(Micros now) {
        if (!hooks_.running()) return beQuick(now);
        quickUntil_ = now + quickFor;
        pollDelay_ = std::min(pollDelay_, pollTold);
        pollDue_ = std::min(pollDue_, now + pollQuick);
    }

    void beQuick(Micros now) {
        quickUntil_ = now + quickFor;
        pollDue_ = std::min(pollDue_, std::max(now, lastPoll_ + pollSoonest));
        pollDelay_ = pollSoonest;
    }

    void poll(Micros now) {
        lastPoll_ = now;
        TrackerChanges changes = tracker_.poll(now);
        if (screen_.desktopIs(tracker_.desktop())) beQuick(now);
        const std::vector<uint32_t> drawn = arrange(now);
        // Where windows are now comes before what is new: a menu's place is seen from its owner's.
        for (uint32_t id : changes.changed) {
            TrackedWindow* window = tracker_.find(id);
            if (TrackedWindow* owner = window ? tracker_.find(window->info.ownerId) : nullptr) announce(*owner);
            tell("window-changed", window);
        }
        for (uint32_t id : changes.opened) {
            if (TrackedWindow* window = tracker_.find(id)) announce(*window);
        }
        for (uint32_t id : changes.closed) {
            told_.erase(id);
            cursors_.windowGone(id);
            outbox_.control({{"type", "window-destroyed"}, {"windowId", id}});
        }
        if (tracker_.activeId() == 0) input_.nobodyActive(now);
        TrackedWindow* active = tracker_.find(tracker_.activeId());
        if (active && active->info.attention) {
            active->info.attention = false;
            tell("window-changed", active);
        }
        if (changes.order || !changes.opened.empty() || !changes.closed.empty()) tellOrder();
        relay_.follow(changes, now);
        cursors_.look();
        layered_.follow(tracker_);
        for (uint32_t id : drawn) relay_.painted(id, now);
        detailsDue_ = std::min(detailsDue_, changes.any() ? now : detailsDue_);
        if (changes.any()) quickUntil_ = now + quickFor;
        const Micros quick = std::min(pollDelay_ * 2, hooks_.running() ? pollTold : pollQuick);
        const Micros slowest = hooks_.running() ? pollSlowestTold : pollSlowest;
        pollDelay_ = now < quickUntil_ ? quick : std::min(pollDelay_ * 2, slowest);
        pollDue_ = now + pollDelay_;
        if (placer_) pollDue_ = std::min({pollDue_, placer_->dueAt(), capture_->arrangedDue(now)});
    }

    // Where windows cannot be read at any place. Returns those of which more can be read than before.
    std::vector<uint32_t> arrange(Micros now) {
        std::vector<uint32_t> drawn;
        if (!placer_) return drawn;
        placer_->follow(tracker_, now);
        for (HWND handle : capture_->arranged(tracker_.visible(), tracker_.desktop(), now)) {
            if (TrackedWindow* window = tracker_.find(handle)) drawn.push_back(window->info.windowId);
        }
        return drawn;
    }

    // The owner before the window; each once in a connection.
    void announce(const TrackedWindow& window) {
        if (!told_.insert(window.info.windowId).second) return;
        if (TrackedWindow* owner = tracker_.find(window.info.ownerId)) announce(*owner);
        tell("window-created", &window);
    }

    void tell(const char* type, const TrackedWindow* window) {
        if (!window) return;
        if (window->info.icon) {
            if (const IconImage* icon = details_.icon(*window->info.icon)) {
                outbox_.binary(encodeIcon(*window->info.icon, *icon));
            }
        }
        outbox_.control(windowMessage(type, placer_ ? placer_->toHost(window->info) : window->info));
    }

    void tellOrder() {
        Rect desktop = tracker_.desktop();
        outbox_.control({{"type", "desktop-changed"},
                         {"desktop", {{"width", desktop.width}, {"height", desktop.height}}},
                         {"zOrder", tracker_.order()},
                         {"activeId", tracker_.activeId()}});
    }

    // One window at a time: asking may take some milliseconds.
    void askDetails(Micros now) {
        if (now < detailsDue_) return;
        detailsDue_ = never;
        bool asked = false;
        for (auto& [id, window] : tracker_.all()) {
            if (window.detailsDue <= now && !asked) {
                asked = true;
                if (details_.query(window, now)) tell("window-changed", &window);
            }
            detailsDue_ = std::min(detailsDue_, window.detailsDue);
        }
    }

    // ---- what the host asks ----

    void drainInput(Micros now) {
        for (const InputQueue::Done& done : input_.drain(now)) {
            relay_.inputArrived(done.windowId, done.place, now);
            if (done.place) cursors_.pointerOver(done.windowId);
            if (done.arranges) beQuick(now);
            else beQuickAfterInput(now);
        }
    }

    void act(const DesktopConfigure& configure, Micros now) {
        tracker_.setFrameMode(configure.frame);
        // A frame of lines, drawn on a screen that nobody sees, would be all that moves while the user drags a caption.
        if (configure.frame == FrameMode::guest) SystemParametersInfoW(SPI_SETDRAGFULLWINDOWS, TRUE, nullptr, 0);
        screen_.configure(configure);
        screen_.tick(now);
        beQuick(now);
    }
    void act(const WindowMove& move, Micros now) {
        if (input_.changesState(move.windowId)) input_.add(move);
        else place(move, now);
    }
    void place(const WindowMove& move, Micros now) {
        TrackedWindow* window = tracker_.find(move.windowId);
        if (!window || isEmpty(move.surface)) return;
        const Rect surface = placer_ ? placer_->fromHost(*window, move.surface) : move.surface;
        tracker_.move(*window, surface, move.serial, now);
        beQuick(now);
    }
    void act(const WindowEnd& one, Micros now) {
        TrackedWindow* window = tracker_.find(one.windowId);
        if (!window || window->info.responding) return;
        bool ended = endProcess(window->info.processId);
        log_.write(LogLevel::warn, "window-end: " + window->info.executable + " does not answer, " +
                                       (ended ? "ended" : "could not be ended, error " + std::to_string(GetLastError())));
        beQuick(now);
    }
    void act(const DismissMenus&, Micros now) {
        dismissMenus(tracker_);
        beQuick(now);
    }
    // Input, what moves the keyboard, and what the user asks of windows: all in its order.
    template <typename Input>
    void act(const Input& input, Micros) {
        input_.add(input);
    }
    void act(const FrameAck& ack, Micros) { relay_.acknowledged(ack.windowId, ack.sequence); }
    void act(const DestroyedAck& ack, Micros) { tracker_.ids().acknowledge(ack.windowId); }
    void act(const Refresh& refresh, Micros now) { relay_.refresh(refresh.windowId, now); }

    Outbox& outbox_;
    Log& log_;
    GuestScreen screen_;
    std::unique_ptr<CaptureBackend> capture_;
    WinEvents events_;
    WinEventHints hints_;
    HookHints hooks_;
    WindowTracker tracker_;
    WindowDetails details_;
    std::optional<Placer> placer_;  // where covered windows cannot be read
    Responsiveness responsiveness_;
    ShellHook shellHook_;
    SurfaceRelay relay_;
    LayeredWindows layered_;  // whose pixels are their shape
    CursorRelay cursors_;
    InputQueue input_;
    std::set<uint32_t> told_;  // windows the host knows
    std::optional<FineWaits> fineWaits_;
    bool connected_ = false;
    Micros lastPoll_ = 0, pollDue_ = 0, pollDelay_ = pollQuick, quickUntil_ = 0, detailsDue_ = 0;
};

}  // namespace

std::unique_ptr<Desktop> makeDesktop(Outbox& outbox, Log& log, const std::string& screenProgram) {
    return std::make_unique<GuestDesktop>(outbox, log, screenProgram);
}

}  // namespace xpane
