#include "desktop/window-info.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "icon/icon-image.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr int mostCoordinate = 32767;
constexpr size_t mostTitle = 512, mostClass = 256, mostPath = 1024;

nlohmann::json rectJson(const Rect& r) {
    auto coordinate = [](int value) { return std::clamp(value, -mostCoordinate, mostCoordinate); };
    auto extent = [](int value) { return std::clamp(value, 0, mostCoordinate); };
    return {{"x", coordinate(r.x)}, {"y", coordinate(r.y)}, {"width", extent(r.width)}, {"height", extent(r.height)}};
}

nlohmann::json extentJson(const Extent& e) {
    return {{"width", std::clamp(e.width, 0, mostCoordinate)}, {"height", std::clamp(e.height, 0, mostCoordinate)}};
}

nlohmann::json shapeJson(const Shape& shape) {
    auto list = nlohmann::json::array();
    for (const Rect& rect : fewer(shape, mostShapeRects)) list.push_back(rectJson(rect));
    return list;
}

}  // namespace

const char* nameOf(ShowState state) {
    switch (state) {
        case ShowState::normal: return "normal";
        case ShowState::minimised: return "minimised";
        case ShowState::maximised: return "maximised";
        case ShowState::fullScreen: return "full-screen";
    }
    return "normal";
}

nlohmann::json windowMessage(const char* type, const WindowInfo& info) {
    nlohmann::json window = {
        {"windowId", info.windowId},
        {"ownerId", info.ownerId},
        {"kind", nameOf(info.kind)},
        {"title", cutToUnits(info.title, mostTitle)},
        {"className", cutToUnits(info.className, mostClass)},
        {"processId", info.processId},
        {"executable", cutToUnits(info.executable, mostPath)},
        {"frame", rectJson(info.frame)},
        {"surface", rectJson(info.surface)},
        {"decorated", info.decorated},
        {"resizable", info.resizable},
        {"state", nameOf(info.state)},
        {"minSize", extentJson(info.minSize)},
        {"maxSize", extentJson(info.maxSize)},
        {"enabled", info.enabled},
        {"topmost", info.topmost},
        {"geometrySerial", info.geometrySerial},
    };
    if (info.shape) window["shape"] = shapeJson(*info.shape);
    if (info.opacity < 255) window["opacity"] = std::max(info.opacity, 0);
    if (info.attention) window["attention"] = true;
    if (!info.responding) window["responding"] = false;
    if (info.icon) window["iconId"] = iconIdOf(*info.icon);
    return {{"type", type}, {"window", std::move(window)}};
}

}  // namespace xpane
