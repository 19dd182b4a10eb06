// The description of a printer that takes any PostScript, as Windows' PostScript driver and Wine's read it (Adobe's
// PPD, version 4.3). Pure.
#pragma once

#include <string>

#include "protocol/commands.h"

namespace xpane {

// The usual size of paper is written into the description: each has one of its own.
std::string printerDescription(Paper paper);
const char* paperName(Paper paper);

}  // namespace xpane
