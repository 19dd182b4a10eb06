#include <algorithm>

#include "desktop/held-keys.h"
#include "desktop/look-schedule.h"
#include "desktop/virtual-keys.h"
#include "tests/check.h"

using namespace xpane;

namespace {

constexpr Micros ms = 1000;

struct Looks {
    int hint = 0, focus = 0, whole = 0, watch = 0;
};

// Looks at the window whenever it is due, from `from` on for `forMs`; nothing changes.
Looks run(LookSchedule& schedule, Micros from, Micros forMs, bool changing = false) {
    Looks looks;
    for (Micros now = from; now < from + forMs * ms; now += ms) {
        LookKind kind = schedule.due(now);
        if (kind == LookKind::none) continue;
        if (kind == LookKind::hint) ++looks.hint;
        if (kind == LookKind::focus) ++looks.focus;
        if (kind == LookKind::whole) ++looks.whole;
        if (kind == LookKind::watch) ++looks.watch;
        schedule.looked(kind, now, 100, changing, changing && kind == LookKind::whole);
    }
    return looks;
}

}  // namespace

TEST("look schedule: a window that shows nothing new is left alone within a second") {
    LookSchedule schedule;
    schedule.setActive(true);
    schedule.needWhole(0);
    Looks first = run(schedule, 0, 1000);
    CHECK(first.whole >= 3 && first.whole <= 8);
    Looks later = run(schedule, 1000 * ms, 60000);
    CHECK_EQUAL(later.whole + later.focus + later.watch, 0);
    CHECK(schedule.dueAt() == never);
}

TEST("look schedule: input brings quick small looks, then whole ones") {
    LookSchedule schedule;
    schedule.setActive(true);
    schedule.inputArrived(0);
    CHECK(schedule.dueAt() <= 3 * ms);
    Looks looks = run(schedule, 0, 60);
    CHECK(looks.focus >= 5 && looks.focus <= 8);
    CHECK(looks.whole >= 1);
    CHECK(run(schedule, 1000 * ms, 1000).focus <= 1);
}

TEST("look schedule: what a hint found is on its way before the next look, also after input") {
    LookSchedule schedule;
    schedule.setActive(true);
    schedule.paints(0);
    schedule.inputArrived(0);
    schedule.settled(1 * ms);
    CHECK(schedule.due(1 * ms) == LookKind::hint);
    schedule.looked(LookKind::hint, 1 * ms, 100, true, false);
    CHECK(schedule.dueAt() >= 4 * ms);
}

TEST("look schedule: a painted place is looked at when its thread is done, then once more to make sure") {
    LookSchedule schedule;
    schedule.paints(0);
    CHECK(schedule.wantsSettled() && schedule.hintOpen());
    CHECK(schedule.due(1 * ms) == LookKind::none);  // still at it
    schedule.settled(2 * ms);
    CHECK(schedule.due(2 * ms) == LookKind::hint && !schedule.wantsSettled());
    schedule.looked(LookKind::hint, 2 * ms, 100, true, true);
    CHECK_EQUAL(run(schedule, 2 * ms, 100).hint, 1);
    CHECK(!schedule.hintOpen() && schedule.dueAt() == never);
}

TEST("look schedule: a painted place that shows nothing yet is looked at again and again for 50 ms") {
    LookSchedule schedule;
    schedule.paints(0);
    schedule.settled(0);
    schedule.looked(LookKind::hint, 0, 100, false, false);
    CHECK(schedule.wantsSettled());  // its thread may have been done before its picture was on the screen
    Looks looks = run(schedule, 0, 200);
    CHECK(looks.hint >= 6 && looks.hint <= 10);
    CHECK(!schedule.hintOpen() && looks.whole == 0);
}

TEST("look schedule: a thread that does not answer is looked at all the same") {
    LookSchedule schedule;
    schedule.paints(0);
    CHECK(run(schedule, 0, 20).hint >= 2);
}

TEST("look schedule: timers that draw nothing are believed less and less, one that draws is again") {
    LookSchedule schedule;
    schedule.setActive(true);
    int guesses = 0;
    const auto tick = [&](Micros now, bool changes) {
        schedule.mayPaint(now);
        schedule.settled(now);
        if (schedule.due(now) != LookKind::whole) return;
        ++guesses;
        schedule.looked(LookKind::whole, now, 100, changes, changes);
    };
    for (Micros now = 0; now < 10000 * ms; now += 10 * ms) tick(now, false);
    CHECK(guesses >= 5 && guesses <= 15);
    guesses = 0;
    for (Micros now = 20000 * ms; now < 21000 * ms; now += 10 * ms) tick(now, true);
    CHECK(guesses >= 95);
}

TEST("look schedule: of a film each picture is read once, soon after it was drawn") {
    for (const Micros each : {16667, 33333}) {
        LookSchedule schedule;
        schedule.setActive(true);
        schedule.needWhole(0);
        int64_t seen = -1;
        int looks = 0, missed = 0, pulses = 0;
        Micros late = 0;
        for (Micros now = 0; now < 3000 * ms; now += 250) {
            const int64_t drawn = now / each;
            const LookKind kind = schedule.due(now);
            if (kind == LookKind::none) continue;
            pulses += kind == LookKind::pulse;
            if (kind == LookKind::whole && now > 500 * ms) {
                ++looks;
                missed += drawn > seen + 1 ? 1 : 0;
                late = std::max(late, now - drawn * each);
            }
            // One pulse in forty has to wait for others.
            const Micros cost = kind == LookKind::whole ? 3 * ms : pulses % 40 == 39 ? 4 * ms : 100;
            schedule.looked(kind, now, cost, drawn != seen, drawn != seen);
            if (kind == LookKind::whole) seen = drawn;
        }
        CHECK_EQUAL(missed, 0);
        CHECK(late <= 3 * ms);
        CHECK(looks <= 2500 * ms / each + 2 && pulses <= 3000 / 2);
    }
}

TEST("look schedule: when the film ends, so do the looks") {
    LookSchedule schedule;
    schedule.setActive(true);
    schedule.needWhole(0);
    run(schedule, 0, 1000, true);
    run(schedule, 1000 * ms, 2000);
    const Looks later = run(schedule, 3000 * ms, 10000);
    CHECK_EQUAL(later.whole + later.watch + later.focus, 0);
    CHECK(schedule.dueAt() == never);
}

TEST("look schedule: each frame while it changes, less often when it is not active") {
    LookSchedule active, other;
    active.setActive(true);
    active.needWhole(0);
    other.needWhole(0);
    int often = run(active, 0, 1000, true).whole, seldom = run(other, 0, 1000, true).whole;
    CHECK(often >= 55 && often <= 100);
    CHECK(seldom >= 25 && seldom <= 50);
}

TEST("look schedule: a blinking caret keeps only the watch going") {
    LookSchedule schedule;
    schedule.setActive(true);
    schedule.needWhole(0);
    run(schedule, 0, 500);
    int whole = 0;
    schedule.looked(LookKind::focus, 500 * ms, 100, true, false);
    for (int blink = 1; blink <= 10; ++blink) {
        Micros from = blink * 530 * ms;
        Looks looks = run(schedule, from, 500);
        whole += looks.whole;
        CHECK(looks.watch >= 5);
        schedule.looked(LookKind::watch, from + 500 * ms, 100, true, false);
    }
    CHECK_EQUAL(whole, 0);
}

TEST("look schedule: slow reading never takes more than half of the time") {
    LookSchedule schedule;
    schedule.setActive(true);
    schedule.needWhole(0);
    Micros now = 0, spent = 0;
    while (now < 1000 * ms) {
        LookKind kind = schedule.due(now);
        Micros cost = kind == LookKind::whole ? 50 * ms : 0;
        if (kind == LookKind::none) {
            now += ms;
            continue;
        }
        now += cost;
        spent += cost;
        schedule.looked(kind, now, cost, true, true);
    }
    CHECK(spent <= 550 * ms);
}

TEST("held keys: what is down goes up once") {
    HeldKeys held;
    CHECK(held.key(30, false, true));
    CHECK(held.key(30, false, true));   // repeat
    CHECK(held.key(29, true, true));
    CHECK(!held.key(31, false, false)); // was not down
    CHECK(held.key(30, false, false));
    auto keys = held.takeKeys();
    CHECK(keys.size() == 1 && keys[0].scancode == 29 && keys[0].extended);
    CHECK(held.takeKeys().empty());
    CHECK(held.button(1, true) && !held.button(1, true) && held.anyButton());
    CHECK_EQUAL(held.takeButtons().size(), 1u);
    CHECK(!held.anyButton());
}

TEST("look schedule: a program that takes seconds to answer is not left to the sweep") {
    LookSchedule schedule;
    schedule.setActive(true);
    schedule.inputArrived(0);
    run(schedule, 0, 5000);
    CHECK(run(schedule, 5000 * ms, 4000).whole >= 2);
    run(schedule, 9000 * ms, 6000);
    CHECK(schedule.dueAt() == never);
}

TEST("look schedule: a new window is looked at often until it has had time to draw itself") {
    LookSchedule schedule;
    schedule.appeared(0);
    run(schedule, 0, 500);
    CHECK(run(schedule, 500 * ms, 1000).whole >= 6);
}

TEST("virtual keys: the pad goes with Num Lock, letters with the layout") {
    CHECK_EQUAL(fixedVirtualKey(0x48, false, true), 0x68);
    CHECK_EQUAL(fixedVirtualKey(0x48, false, false), 0x26);
    CHECK_EQUAL(fixedVirtualKey(0x48, true, true), 0x26);
    CHECK_EQUAL(fixedVirtualKey(0x46, true, false), 0x13);
    CHECK_EQUAL(fixedVirtualKey(0x3b, false, false), 0x70);
    CHECK_EQUAL(fixedVirtualKey(0x1d, true, false), 0xa3);
    CHECK_EQUAL(fixedVirtualKey(0x1e, false, false), 0);
}
