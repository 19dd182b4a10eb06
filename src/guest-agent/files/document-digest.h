// What all files of a document are together, for a host that names what it knows. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "protocol/commands.h"

namespace xpane {

// SHA-256 as 64 hex digits, of one line for each file in the order of their bytes: its names joined by '/', a NUL, its
// stamp and a line feed (src/guest-bridge/files/document-digest.ts). The document's id does not count.
std::string documentDigest(const std::map<FileName, uint64_t>& stamps);

}  // namespace xpane
