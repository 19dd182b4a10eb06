// Which names files of documents may have: the same rule as the host's (src/guest-bridge/protocol/file-name.ts).
#pragma once

#include <string_view>

namespace xpane {

// True for a name that any Windows program can open: 1 to 255 UTF-16 units, none forbidden, no dot or blank at the
// end (so neither "." nor ".."), no device. Valid UTF-8 only.
bool isPlainFileName(std::string_view utf8);

}  // namespace xpane
