// What lies beside the installer on the set-up disk (src/guest-setup/setup-disk/setup-disk.ts).
#pragma once

#include <optional>
#include <string>

#include "install/answers.h"

namespace xpane {

struct SetUpFolder {
    std::string agent;                  // the program's bytes
    Answers answers;
    std::string answersHash;            // of their file
    std::optional<std::string> secret;  // 64 digits; nothing once the host has wiped it from the disk
};

// Everything is read once and checked as it was read, so nothing can change in between. Throws InstallError (badFolder).
SetUpFolder readSetUpFolder(const std::wstring& folder);

}  // namespace xpane
