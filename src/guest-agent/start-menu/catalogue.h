// What the Start Menu offers, as it was at one scan.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "icon/icon-image.h"
#include "protocol/encode.h"

namespace xpane {

struct PublishedShortcut {
    Application application;
    std::wstring path;  // of the .lnk file
    std::shared_ptr<const IconImage> icon;
};

// By application id.
using Catalogue = std::map<std::string, PublishedShortcut>;

struct CatalogueChanges {
    std::vector<std::string> published;  // new, or not as before
    std::vector<std::string> withdrawn;
};
CatalogueChanges changesBetween(const Catalogue& before, const Catalogue& after);

// `relativePath` is the shortcut's path below the Start Menu's programs, in lower case, UTF-8, with backslashes. So an
// application keeps its id as long as it keeps its place, over restarts and in copies of a guest.
std::string applicationIdOf(const std::string& relativePath);

// "a\b\name.lnk" -> {"a", "b"}, "name". `folder` has at most the protocol's depth, nothing empty.
struct MenuPlace {
    std::vector<std::string> folder;
    std::string name;
};
MenuPlace placeOf(const std::string& relativePath);

}  // namespace xpane
