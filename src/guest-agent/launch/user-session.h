// Whether a user can see what is started.
#pragma once

namespace xpane {

// False at the log-on screen, while the session is locked, and for an agent that runs as a service.
bool isUserSessionThere();

}  // namespace xpane
