// The icons that applications have in the notification area, and what becomes of a request. Knows no Windows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "notification-area/tray-request.h"

namespace xpane {

constexpr size_t mostTrayIcons = 64;  // src/guest-bridge/protocol/limits.ts

struct TrayIcon {
    uint32_t trayId = 0;  // the host's name for it, never used again
    uint32_t owner = 0, id = 0, callback = 0;
    uint32_t version = 0;  // NIM_SETVERSION's: 0 or 3
    bool hidden = false;
    std::u16string tooltip;
    std::optional<IconImage> image;
    uint64_t imageHash = 0;
};

class TrayList {
public:
    struct Outcome {
        bool accepted = false;  // what Shell_NotifyIcon returns
        uint32_t trayId = 0;    // whose state changed; 0: none's
        bool removed = false;   // it is gone; `trayId` was its name
    };
    // `known`: somebody else has accepted the request, so an icon that is not here existed before: it is added.
    Outcome apply(TrayRequest request, bool known);
    void remove(uint32_t trayId);

    const TrayIcon* find(uint32_t trayId) const;
    const std::vector<TrayIcon>& all() const { return icons_; }

private:
    TrayIcon* of(uint32_t owner, uint32_t id);
    Outcome change(TrayIcon& icon, TrayRequest& request);

    std::vector<TrayIcon> icons_;
    uint32_t lastId_ = 0;
};

}  // namespace xpane
