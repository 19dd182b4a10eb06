// Reads every shortcut of a listing.
#pragma once

#include <vector>

#include "associations/associations.h"
#include "start-menu/catalogue.h"
#include "start-menu/listing.h"

namespace xpane {

// Takes some milliseconds a shortcut. The thread needs its ComApartment.
Catalogue catalogueOf(const std::vector<ShortcutFile>& files, const Associations& associations);

}  // namespace xpane
