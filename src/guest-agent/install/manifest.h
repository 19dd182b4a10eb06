// The set-up disk's list of files and their hashes, as sha256sum writes it. It tells a disk that was read wrongly from
// a good one; it proves nothing about who made it.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace xpane {

// Path on the disk, with slashes, to 64 lower-case hex digits. Pure; `text` may be anything. Throws InstallError
// (badFolder).
std::map<std::string, std::string> manifestOf(std::string_view text);

}  // namespace xpane
