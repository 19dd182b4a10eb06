// What the agent runs on.
#pragma once

#include <string>

namespace xpane {

// For people and logs, for example "Windows 5.1.2600 Service Pack 3" or "Windows 10.0.19043 (Wine 8.0)".
std::string systemName();
bool isWine();

}  // namespace xpane
