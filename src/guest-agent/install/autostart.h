// What Windows starts when a user logs on. Not a service: those have no part in the user's desktop.
#pragma once

#include <optional>
#include <string>

#include "install/places.h"

namespace xpane {

// The agent that counts: its folder, and its whole command line. Nothing if none is installed here.
struct Registered {
    Version version;
    std::wstring command;
};
std::optional<Registered> registeredAgent(const Places& places);

// One write: before it the old agent counts, after it the new one. Throws InstallError (cannotRegister).
void registerAgent(const std::wstring& command);

}  // namespace xpane
