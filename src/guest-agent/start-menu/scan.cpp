#include "start-menu/scan.h"

#include "start-menu/icon-file.h"
#include "start-menu/shortcut.h"
#include "win/unicode.h"
#include "win/windows.h"

namespace xpane {
namespace {

std::string idOf(std::wstring relativePath) {
    CharLowerBuffW(relativePath.data(), static_cast<DWORD>(relativePath.size()));
    return applicationIdOf(utf8From(relativePath));
}

PublishedShortcut published(const ShortcutFile& file, const Shortcut& shortcut, const Associations& associations) {
    PublishedShortcut result;
    result.path = file.path;
    result.icon = iconIn(shortcut.iconFile.empty() ? shortcut.target : shortcut.iconFile, shortcut.iconIndex);
    if (!result.icon) result.icon = iconIn(shortcut.target, 0);
    MenuPlace place = placeOf(utf8From(file.relativePath));
    Application& application = result.application;
    application.id = idOf(file.relativePath);
    application.name = std::move(place.name);
    application.folder = std::move(place.folder);
    application.target = utf8From(shortcut.target);
    application.arguments = utf8From(shortcut.arguments);
    if (result.icon) application.icon = iconHash(*result.icon);
    application.extensions = extensionsOf(associations, shortcut.target, shortcut.arguments);
    return result;
}

}  // namespace

Catalogue catalogueOf(const std::vector<ShortcutFile>& files, const Associations& associations) {
    Catalogue catalogue;
    for (const ShortcutFile& file : files) {
        const auto shortcut = shortcutAt(file.path);
        if (!shortcut) continue;
        PublishedShortcut entry = published(file, *shortcut, associations);
        std::string id = entry.application.id;
        catalogue.emplace(std::move(id), std::move(entry));
    }
    return catalogue;
}

}  // namespace xpane
