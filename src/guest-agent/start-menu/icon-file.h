// An application's icon, from the file that a shortcut names.
#pragma once

#include <memory>
#include <string>

#include "icon/icon-image.h"

namespace xpane {

// The best icon of at most 48 pixels in a program, library or .ico file; `index` as in shortcuts (negative: resource
// -index). Null if there is none. Does not run anything of the file.
std::shared_ptr<const IconImage> iconIn(const std::wstring& file, int index);

}  // namespace xpane
