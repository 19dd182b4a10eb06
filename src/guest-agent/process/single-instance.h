// At most one agent in a guest, whichever user it runs as.
#pragma once

#include "win/handles.h"

namespace xpane {

// Holds the agent's name for as long as it lives. Empty if another agent holds it.
inline UniqueHandle claimSingleInstance() {
    UniqueHandle mutex(CreateMutexW(nullptr, FALSE, L"Global\\XPaneAgent"));
    if (GetLastError() == ERROR_ALREADY_EXISTS) mutex.reset();
    return mutex;
}

}  // namespace xpane
