// The guest's notification area as the host sees it. A hidden window of the shell's own class stands in front of
// the shell's, as alternative shells have it, so that applications bring their icons here; where there is a real
// task bar it hears of everything too. Main thread; no call waits for another process longer than `shellWaitMs`.
#pragma once

#include <cstdint>
#include <map>

#include "channel/outbox.h"
#include "log/log.h"
#include "notification-area/tray-list.h"
#include "protocol/commands.h"
#include "win/handles.h"

namespace xpane {

class NotificationArea {
public:
    NotificationArea(Outbox& outbox, Log& log);
    NotificationArea(const NotificationArea&) = delete;
    NotificationArea& operator=(const NotificationArea&) = delete;

    // A proven host said welcome: it gets every icon.
    void connected();
    void disconnected() { connected_ = false; }
    void handle(const TrayClick& click);
    void handle(const BalloonClick& click);
    // Looks after what nobody tells: owners that died, a shell that came in front. Returns in how many milliseconds
    // it wants to be called again.
    uint32_t tick();

private:
    static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wide, LPARAM other);
    LRESULT copyData(HWND sender, const COPYDATASTRUCT& data);
    LRESULT forward(HWND sender, const COPYDATASTRUCT& data);
    void standInFront();
    void show(const TrayIcon& icon);
    void forget(uint32_t trayId);
    void balloon(const TrayIcon& icon, const Balloon& balloon);
    void post(const TrayIcon& icon, uint32_t message);

    Outbox& outbox_;
    Log& log_;
    const bool shellHears_;  // there is a task bar of the guest's own; Wine's would only open a window
    UniqueWindow window_;
    TrayList icons_;
    std::map<uint32_t, uint64_t> balloons_;  // shown by the host, by trayId: when they count as not clicked
    bool connected_ = false;
    uint64_t sweepDueMs_ = 0;
};

}  // namespace xpane
