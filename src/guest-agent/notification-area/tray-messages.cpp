#include "notification-area/tray-messages.h"

#include <nlohmann/json.hpp>

#include "protocol/limits.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr uint32_t wmContextMenu = 0x7b;

struct ButtonMessages {
    uint32_t down, up, twice;
};
constexpr ButtonMessages left = {0x201, 0x202, 0x203}, right = {0x204, 0x205, 0x206}, middle = {0x207, 0x208, 0x209};

const char* nameOf(BalloonKind kind) {
    switch (kind) {
        case BalloonKind::info: return "info";
        case BalloonKind::warning: return "warning";
        case BalloonKind::error: return "error";
        case BalloonKind::none: break;
    }
    return "none";
}

}  // namespace

std::vector<uint32_t> messagesFor(const TrayClick& click, uint32_t version) {
    const ButtonMessages& button = click.button == 1 ? left : click.button == 2 ? right : middle;
    if (click.action == ClickAction::down) return {button.down};
    if (click.action == ClickAction::twice) return {button.twice};
    if (version == 0 || click.button == 3) return {button.up};
    return {button.up, click.button == 1 ? ninSelect : wmContextMenu};
}

nlohmann::json trayIconMessage(const TrayIcon& icon) {
    nlohmann::json message = {{"type", "tray-icon"},
                              {"trayId", icon.trayId},
                              {"tooltip", cutToUnits(utf8From(icon.tooltip), mostTooltipLength)}};
    if (icon.image) message["iconId"] = iconIdOf(icon.imageHash);
    return message;
}

nlohmann::json trayIconRemovedMessage(uint32_t trayId) { return {{"type", "tray-icon-removed"}, {"trayId", trayId}}; }

nlohmann::json balloonMessage(uint32_t trayId, const Balloon& balloon) {
    return {{"type", "balloon"},
            {"trayId", trayId},
            {"title", cutToUnits(utf8From(balloon.title), mostBalloonTitleLength)},
            {"text", cutToUnits(utf8From(balloon.text), mostBalloonTextLength)},
            {"kind", nameOf(balloon.kind)}};
}

}  // namespace xpane
