#include "desktop/window-filter.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "desktop/rects.h"

namespace xpane {
namespace {

// winuser.h's values: this file also builds where there is no winuser.h.
constexpr uint32_t styleVisible = 0x10000000, styleChild = 0x40000000, stylePopup = 0x80000000;
constexpr uint32_t styleMinimised = 0x20000000, styleCaption = 0x00C00000, styleThickFrame = 0x00040000;
constexpr uint32_t exToolWindow = 0x80, exAppWindow = 0x40000, exDialogFrame = 0x1, exTransparent = 0x20;
constexpr uint32_t exLayered = 0x80000, exNoActivate = 0x08000000, exTopmost = 0x8;
constexpr uint32_t classDropShadow = 0x00020000, classSaveBits = 0x0800;

struct ClassRule {
    const char* name;  // lower case; a `*` at the end matches any rest
    std::optional<WindowKind> kind;
};

const ClassRule classRules[] = {
    // The shell's and the system's own furniture.
    {"#32769", std::nullopt},                    // the desktop
    {"progman", std::nullopt},                   // the shell's desktop
    {"workerw", std::nullopt},
    {"shell_traywnd", std::nullopt},             // the task bar; Wine's tray host too
    {"shell_secondarytraywnd", std::nullopt},
    {"basebar", std::nullopt},
    {"sysshadow", std::nullopt},                 // XP's drop shadows: the host has its own
    {"ime", std::nullopt},
    {"msctfime ui", std::nullopt},
    {"cicerouiwndframe", std::nullopt},
    {"cicmarshalwndclass", std::nullopt},
    {"ddemlevent", std::nullopt},
    {"olemainthreadwndclass", std::nullopt},
    {"oledddewndclass", std::nullopt},
    {"dde server window", std::nullopt},
    {"systemtray_main", std::nullopt},
    {"__wine*", std::nullopt},                   // Wine's helpers: tray icons, clipboard, shell
    {"wineconsoleclass", WindowKind::normal},
    // Small windows that open beside a window and go when it is clicked elsewhere.
    {"#32768", WindowKind::menu},
    {"combolbox", WindowKind::menu},
    {"dropdown", WindowKind::menu},              // the shell's auto-complete list
    {"auto-suggest dropdown", WindowKind::menu},
    {"tooltips_class32", WindowKind::tooltip},
    {"tooltips_class", WindowKind::tooltip},
    {"thintwindow*", WindowKind::tooltip},       // Delphi's; by its style it would be a menu, and hold the pointer
    {"vbbubble*", WindowKind::tooltip},          // Visual Basic's
    {"sysdragimage", WindowKind::tooltip},       // what is dragged, under the pointer
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

bool matches(const char* pattern, const std::string& name) {
    size_t length = std::strlen(pattern);
    if (length > 0 && pattern[length - 1] == '*') return name.compare(0, length - 1, pattern, length - 1) == 0;
    return name == pattern;
}

bool has(uint32_t bits, uint32_t all) { return (bits & all) == all; }

// Popups that look like menus without being of the menu class: Office's, toolkits' own drop-downs.
bool isMenuLike(const WindowLook& look) {
    if (!has(look.style, stylePopup) || (look.style & styleCaption) == styleCaption) return false;
    if (has(look.style, styleThickFrame) || has(look.exStyle, exAppWindow)) return false;
    bool menuClass = (look.classStyle & (classDropShadow | classSaveBits)) != 0;
    bool floats = has(look.exStyle, exNoActivate) || has(look.exStyle, exToolWindow | exTopmost);
    return menuClass ? floats || has(look.exStyle, exToolWindow) : has(look.exStyle, exNoActivate | exTopmost);
}

WindowKind byStyle(const WindowLook& look) {
    bool caption = has(look.style, styleCaption);
    // A child of the desktop: some program's own drop-down list, given to the desktop to get out of its window.
    if (isMenuLike(look) || (has(look.style, styleChild) && !caption)) return WindowKind::menu;
    // A click falls through such a window: a hint, a drag image.
    if (has(look.exStyle, exLayered | exTransparent) && !caption) return WindowKind::tooltip;
    if (has(look.exStyle, exAppWindow)) return WindowKind::normal;
    if (look.className == "#32770") return look.owned ? WindowKind::dialog : WindowKind::normal;
    if (has(look.exStyle, exToolWindow)) return WindowKind::utility;
    if (look.owned && (has(look.exStyle, exDialogFrame) || !has(look.style, styleThickFrame))) {
        return WindowKind::dialog;
    }
    return WindowKind::normal;
}

}  // namespace

const char* nameOf(WindowKind kind) {
    switch (kind) {
        case WindowKind::normal: return "normal";
        case WindowKind::dialog: return "dialog";
        case WindowKind::utility: return "utility";
        case WindowKind::menu: return "menu";
        case WindowKind::tooltip: return "tooltip";
    }
    return "normal";
}

std::optional<WindowKind> classify(const WindowLook& look) {
    if (look.ofAgent || !has(look.style, styleVisible)) return std::nullopt;
    // Delphi and Visual Basic keep a visible window of no size as the owner of everything.
    if (isEmpty(look.frame) && !has(look.style, styleMinimised)) return std::nullopt;
    std::string name = lower(look.className);
    for (const ClassRule& rule : classRules) {
        if (matches(rule.name, name)) return rule.kind;
    }
    return byStyle(look);
}

}  // namespace xpane
