// The hook DLL, carried inside the agent: a guest is given one file only.
#pragma once

#include <string_view>

namespace xpane {

std::string_view hookImage();

}  // namespace xpane
