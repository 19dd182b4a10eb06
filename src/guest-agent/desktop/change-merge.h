// Turns many small changes into the few rectangles of a frame.
#pragma once

#include <cstddef>
#include <vector>

#include "desktop/surface-image.h"

namespace xpane {

// Joins neighbours where that costs little: rectangles of one colour only with their like and only exactly; others
// also over a few unchanged pixels, as each rectangle has a price of its own. At most `most` come back. Pixels
// between joined changes are sent again as they are, so the order of the result does not matter.
std::vector<Change> mergeChanges(std::vector<Change> changes, size_t most);

}  // namespace xpane
