#include "notification-area/tray-list.h"

#include <algorithm>

namespace xpane {
namespace {

constexpr uint32_t xpVersion = 3;  // NOTIFYICON_VERSION; XP refuses Vista's 4

}  // namespace

TrayList::Outcome TrayList::apply(TrayRequest request, bool known) {
    TrayIcon* icon = of(request.owner, request.id);
    switch (request.action) {
        case TrayAction::add:
            if (icon) return {};
            break;
        case TrayAction::modify:
            if (!icon && !known) return {};
            break;
        case TrayAction::remove: {
            if (!icon) return {};
            const uint32_t trayId = icon->trayId;
            remove(trayId);
            return {true, trayId, true};
        }
        case TrayAction::setVersion:
            if (!icon || (request.version != 0 && request.version != xpVersion)) return {};
            icon->version = request.version;
            return {true, 0, false};
        case TrayAction::setFocus: return {icon != nullptr, 0, false};
    }
    if (!icon) {
        if (icons_.size() >= mostTrayIcons) return {};
        icons_.emplace_back();
        icon = &icons_.back();
        icon->trayId = ++lastId_;
        icon->owner = request.owner;
        icon->id = request.id;
    }
    return change(*icon, request);
}

TrayList::Outcome TrayList::change(TrayIcon& icon, TrayRequest& request) {
    if (request.callback) icon.callback = *request.callback;
    if (request.tooltip) icon.tooltip = std::move(*request.tooltip);
    if (request.hidden) icon.hidden = *request.hidden;
    if (request.setsIcon) {
        icon.image = std::move(request.image);
        icon.imageHash = icon.image ? iconHash(*icon.image) : 0;
    }
    return {true, icon.trayId, false};
}

void TrayList::remove(uint32_t trayId) {
    icons_.erase(std::remove_if(icons_.begin(), icons_.end(),
                                [trayId](const TrayIcon& icon) { return icon.trayId == trayId; }),
                 icons_.end());
}

const TrayIcon* TrayList::find(uint32_t trayId) const {
    const auto at = std::find_if(icons_.begin(), icons_.end(),
                                 [trayId](const TrayIcon& icon) { return icon.trayId == trayId; });
    return at == icons_.end() ? nullptr : &*at;
}

TrayIcon* TrayList::of(uint32_t owner, uint32_t id) {
    const auto at = std::find_if(icons_.begin(), icons_.end(), [owner, id](const TrayIcon& icon) {
        return icon.owner == owner && icon.id == id;
    });
    return at == icons_.end() ? nullptr : &*at;
}

}  // namespace xpane
