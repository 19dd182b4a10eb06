// Everything the host is told about a window (`windowInfo` in src/guest-bridge/protocol/from-guest.ts).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "desktop/shape-rects.h"
#include "desktop/window-filter.h"
#include "protocol/commands.h"

namespace xpane {

struct Extent {
    int width = 0, height = 0;
};

struct WindowInfo {
    uint32_t windowId = 0, ownerId = 0;
    WindowKind kind = WindowKind::normal;
    std::string title, className, executable;
    uint32_t processId = 0;
    Rect frame, surface;
    std::optional<Shape> shape;  // nothing: the whole surface
    int opacity = 255;
    bool decorated = false, resizable = false;
    ShowState state = ShowState::normal;
    Extent minSize, maxSize;
    bool enabled = true, topmost = false, attention = false, responding = true;
    std::optional<uint64_t> icon;  // hash
    uint32_t geometrySerial = 0;
};

const char* nameOf(ShowState state);
// Numbers are clamped and texts cut to the protocol's maxima.
nlohmann::json windowMessage(const char* type, const WindowInfo& info);

}  // namespace xpane
