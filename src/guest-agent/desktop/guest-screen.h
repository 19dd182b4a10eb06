// Brings the guest's desktop to the size of the host's screen and to its work area, so that menus turn round, windows
// are maximised, and the pointer stops where they do on the host.
#pragma once

#include <optional>
#include <string>

#include "desktop/look-schedule.h"
#include "log/log.h"
#include "protocol/commands.h"
#include "win/handles.h"

namespace xpane {

class GuestScreen {
public:
    // `program` changes the guest's screen when run with WIDTH HEIGHT X Y WIDTH HEIGHT (screen, work area); empty:
    // Windows does. The built-in guest has one: Wine has no modes but those of its X server.
    GuestScreen(std::string program, Log& log) : program_(std::move(program)), log_(log) {}

    void configure(const DesktopConfigure& wanted);
    // After every poll. True: it has another size than before.
    bool desktopIs(const Rect& desktop);
    // Does what is due. The change is seen by a later poll.
    void tick(Micros now);
    Micros dueAt() const;

private:
    void runProgram(Micros now);
    void changeMode();
    void setWorkArea(const Rect& desktop);

    std::string program_;
    Log& log_;
    std::optional<DesktopConfigure> wanted_;
    bool outdated_ = false;  // what is wanted has not been asked for yet
    Rect desktop_;
    UniqueHandle running_;   // the program or the thread that is changing the screen
    bool isProgram_ = false;
    Micros since_ = 0;
};

}  // namespace xpane
