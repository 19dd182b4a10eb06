// The guest's desktop as the host sees it: windows, pixels, input. Lives on the agent's main thread, which also
// pumps messages: no call may block for longer than a few milliseconds, and none may wait for another process
// (no SendMessage without a time-out, no GetWindowText on foreign windows).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "channel/outbox.h"
#include "log/log.h"
#include "protocol/commands.h"
#include "win/windows.h"

namespace xpane {

struct DesktopFacts {
    int width = 0, height = 0;      // the guest's desktop in pixels
    std::string captureBackend;     // "redirected" or "placed", by the self-test
};

class Desktop {
public:
    virtual ~Desktop() = default;
    // For `hello`. The self-test ran in makeDesktop.
    virtual DesktopFacts facts() const = 0;
    // A proven host said welcome: send every window (created, icon before it, first frame whole), desktop-changed.
    virtual void connected(const Welcome& welcome) = 0;
    // The host is gone: release keys and buttons, stop capturing, forget acknowledgements.
    virtual void disconnected() = 0;
    virtual void handle(const DesktopCommand& command) = 0;
    // Files, which are there, go to the program of the window at that point, if it takes any. Returns its process, or 0.
    virtual uint32_t drop(const FileDrop& drop, const std::vector<std::wstring>& paths) = 0;
    // Does the work that is due now (tracking, capture, frames). Returns in how many milliseconds it wants to be
    // called again at the latest; the main loop also calls it after every message and command.
    virtual uint32_t tick() = 0;
    // Set when `tick` has something to do before that; null: there is no such event here.
    virtual HANDLE event() const = 0;
};

// `screenProgram`: see `GuestScreen`.
std::unique_ptr<Desktop> makeDesktop(Outbox& outbox, Log& log, const std::string& screenProgram);

}  // namespace xpane
