// What the comments of a PostScript document say of it (Adobe's Document Structuring Conventions 3.0). Pure.
#pragma once

#include <string>
#include <string_view>

namespace xpane {

// From its first bytes. A printer driver may begin with ^D, which ends the job before.
bool isPostScript(std::string_view head);
// From its last bytes: a job that was cut short has no end.
bool hasEnd(std::string_view tail);
// The title in the comments at the beginning, in whatever code page the driver wrote it; empty if there is none.
std::string titleBytes(std::string_view head);

}  // namespace xpane
