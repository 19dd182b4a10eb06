// The directory at the head of an icon: which sizes there are. In a program's resources (RT_GROUP_ICON) and in an
// .ico file it is the same but for an entry's length.
#pragma once

#include <cstddef>
#include <string_view>

namespace xpane {

enum class IconDirectory { resource, file };

// The largest edge of at most `mostPx` that is there, in pixels; 0 if none is, or if the bytes are no icon directory.
int bestIconEdge(std::string_view directory, IconDirectory form, int mostPx);

}  // namespace xpane
