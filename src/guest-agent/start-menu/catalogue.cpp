#include "start-menu/catalogue.h"

#include "crypto/fnv.h"
#include "crypto/hex.h"
#include "protocol/limits.h"

namespace xpane {

CatalogueChanges changesBetween(const Catalogue& before, const Catalogue& after) {
    CatalogueChanges changes;
    for (const auto& [id, shortcut] : after) {
        const auto old = before.find(id);
        if (old == before.end() || !(old->second.application == shortcut.application)) changes.published.push_back(id);
    }
    for (const auto& entry : before) {
        if (after.count(entry.first) == 0) changes.withdrawn.push_back(entry.first);
    }
    return changes;
}

std::string applicationIdOf(const std::string& relativePath) {
    Fnv1a hash;
    hash.add(relativePath);
    return hexOf(hash.value());
}

MenuPlace placeOf(const std::string& relativePath) {
    MenuPlace place;
    size_t start = 0;
    for (size_t end; (end = relativePath.find('\\', start)) != std::string::npos; start = end + 1) {
        if (end > start && place.folder.size() < mostFolderDepth) {
            place.folder.push_back(relativePath.substr(start, end - start));
        }
    }
    const size_t dot = relativePath.rfind('.');
    place.name = relativePath.substr(start, dot == std::string::npos || dot <= start ? dot : dot - start);
    return place;
}

}  // namespace xpane
