// Windows XP's firewall: which programs may be called from outside.
#pragma once

#include <string>

#include "log/log.h"

namespace xpane {

// From the guest's own network, which in a VM is the host's end of it. Throws InstallError (firewallShut).
void openFirewall(const std::wstring& program, Log& log);
// Every entry for a program below `folder` but `exceptProgram`'s.
void closeFirewall(const std::wstring& folder, const std::wstring& exceptProgram);

}  // namespace xpane
