// Reads an icon's pixels.
#pragma once

#include <optional>

#include "icon/icon-image.h"
#include "win/windows.h"

namespace xpane {

// Of any icon or coloured cursor; the icon stays its owner's. Icons without an alpha channel get it from their
// mask. Nothing if it cannot be read, is monochrome, or is larger than the protocol allows.
std::optional<IconImage> pixelsOf(HICON icon);

}  // namespace xpane
