// What an icon's owner is told of clicks, and what the host is told of icons. Knows no Windows.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "notification-area/tray-list.h"
#include "protocol/commands.h"

namespace xpane {

// shellapi.h's NIN_*: WM_USER and up.
constexpr uint32_t ninSelect = 0x400, ninBalloonShow = 0x402, ninBalloonHide = 0x403, ninBalloonTimeout = 0x404,
                   ninBalloonUserClick = 0x405;

// What the shell posts for a click, in order: mouse messages, and from version 3 on what they mean.
std::vector<uint32_t> messagesFor(const TrayClick& click, uint32_t version);

// Texts are cut to the protocol's maxima.
nlohmann::json trayIconMessage(const TrayIcon& icon);
nlohmann::json trayIconRemovedMessage(uint32_t trayId);
nlohmann::json balloonMessage(uint32_t trayId, const Balloon& balloon);

}  // namespace xpane
