#include "desktop/window-details.h"

#include <algorithm>

#include <shellapi.h>

#include "icon/icon-pixels.h"
#include "win/handles.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr UINT answerLimitMs = 20;
constexpr Micros tryAgainAfter = 1000000;
constexpr int mostTries = 3;
constexpr size_t mostIcons = 4096;  // src/guest-bridge/protocol/limits.ts

Extent surfaceExtent(const TrackedWindow& window, LONG width, LONG height) {
    const WindowInfo& info = window.info;
    return {std::max<int>(0, width - (info.frame.width - info.surface.width)),
            std::max<int>(0, height - (info.frame.height - info.surface.height))};
}

}  // namespace

bool WindowDetails::ask(HWND window, UINT message, WPARAM wide, LPARAM other, DWORD_PTR& answer) {
    answer = 0;
    if (timedOut_) return false;
    if (SendMessageTimeoutW(window, message, wide, other, SMTO_ABORTIFHUNG, answerLimitMs, &answer)) return true;
    timedOut_ = true;
    return false;
}

bool WindowDetails::query(TrackedWindow& window, Micros now) {
    WindowInfo& info = window.info;
    auto iconBefore = info.icon;
    Extent minBefore = info.minSize, maxBefore = info.maxSize;
    timedOut_ = false;
    if (info.kind != WindowKind::menu && info.kind != WindowKind::tooltip) {
        sizeLimits(window);
        auto icon = iconOf(window);
        if (icon || !timedOut_) info.icon = icon;
    }
    bool again = timedOut_ && ++window.detailsTries < mostTries;
    window.detailsDue = again ? now + tryAgainAfter : never;
    return info.icon != iconBefore || info.minSize.width != minBefore.width ||
           info.minSize.height != minBefore.height || info.maxSize.width != maxBefore.width ||
           info.maxSize.height != maxBefore.height;
}

void WindowDetails::sizeLimits(TrackedWindow& window) {
    if (!window.info.resizable || window.info.state != ShowState::normal) return;
    MINMAXINFO limits = {};
    // What the system would fill in; the application changes what it cares for.
    limits.ptMinTrackSize = {GetSystemMetrics(SM_CXMINTRACK), GetSystemMetrics(SM_CYMINTRACK)};
    limits.ptMaxTrackSize = {GetSystemMetrics(SM_CXMAXTRACK), GetSystemMetrics(SM_CYMAXTRACK)};
    LONG systemMaxX = limits.ptMaxTrackSize.x, systemMaxY = limits.ptMaxTrackSize.y;
    limits.ptMaxSize = limits.ptMaxTrackSize;
    DWORD_PTR answer;
    if (!ask(window.handle, WM_GETMINMAXINFO, 0, reinterpret_cast<LPARAM>(&limits), answer)) return;
    window.info.minSize = surfaceExtent(window, limits.ptMinTrackSize.x, limits.ptMinTrackSize.y);
    Extent most = surfaceExtent(window, limits.ptMaxTrackSize.x, limits.ptMaxTrackSize.y);
    if (limits.ptMaxTrackSize.x >= systemMaxX) most.width = 0;  // the application set none
    if (limits.ptMaxTrackSize.y >= systemMaxY) most.height = 0;
    window.info.maxSize = most;
}

std::optional<uint64_t> WindowDetails::iconOf(const TrackedWindow& window) {
    for (WPARAM which : {ICON_BIG, ICON_SMALL2, ICON_SMALL}) {
        DWORD_PTR icon;
        if (!ask(window.handle, WM_GETICON, which, 0, icon) || !icon) continue;
        if (auto kept = keep(pixelsOf(reinterpret_cast<HICON>(icon)))) return kept;
    }
    for (int which : {GCLP_HICON, GCLP_HICONSM}) {
        auto icon = reinterpret_cast<HICON>(GetClassLongPtrW(window.handle, which));
        if (!icon) continue;
        if (auto kept = keep(pixelsOf(icon))) return kept;
    }
    // Wine lets nobody read another process's icons; most windows wear their executable's.
    if (window.info.ownerId != 0) return std::nullopt;
    return iconOfExecutable(window.info.executable);
}

std::optional<uint64_t> WindowDetails::iconOfExecutable(const std::string& path) {
    if (path.empty()) return std::nullopt;
    if (byExecutable_.size() >= mostIcons) byExecutable_.clear();
    auto [at, isNew] = byExecutable_.try_emplace(path);
    if (!isNew) return at->second;
    HICON large = nullptr;
    if (ExtractIconExW(wideFrom(path).c_str(), 0, &large, nullptr, 1) == 0 || !large) return std::nullopt;
    UniqueIcon icon(large);
    at->second = keep(pixelsOf(icon.get()));
    return at->second;
}

std::optional<uint64_t> WindowDetails::keep(std::optional<IconImage> image) {
    if (!image) return std::nullopt;
    uint64_t hash = iconHash(*image);
    if (icons_.count(hash) == 0 && icons_.size() >= mostIcons) return std::nullopt;
    icons_.try_emplace(hash, std::move(*image));
    return hash;
}

const IconImage* WindowDetails::icon(uint64_t hash) const {
    auto at = icons_.find(hash);
    return at == icons_.end() ? nullptr : &at->second;
}

}  // namespace xpane
