#include "desktop/window-filter.h"
#include "tests/check.h"

using namespace xpane;

namespace {

constexpr uint32_t visible = 0x10000000, popup = 0x80000000, child = 0x40000000, caption = 0x00C00000;
constexpr uint32_t thickFrame = 0x00040000, border = 0x00800000, minimised = 0x20000000;
constexpr uint32_t toolWindow = 0x80, appWindow = 0x40000, dialogFrame = 0x1, layered = 0x80000, transparent = 0x20;
constexpr uint32_t noActivate = 0x08000000, topmost = 0x8;
constexpr uint32_t dropShadow = 0x20000, saveBits = 0x800;
const Rect some{10, 10, 200, 100};

struct Row {
    const char* what;
    WindowLook look;
    const char* kind;  // null: not shown
};

// {style, exStyle, classStyle, className, owned, ofAgent, frame}
const Row rows[] = {
    {"Notepad", {visible | caption | thickFrame, 0x100, 0, "Notepad", false, false, some}, "normal"},
    {"hidden", {caption | thickFrame, 0, 0, "Notepad", false, false, some}, nullptr},
    {"a list given to the desktop", {visible | child | border, 0, 0, "MyDropDown", false, false, some}, "menu"},
    {"our own", {visible | caption, 0, 0, "XPaneHidden", false, true, some}, nullptr},
    {"Delphi's owner of everything", {visible | popup | caption, 0, 0, "TApplication", false, false, {400, 300, 0, 0}},
     nullptr},
    {"minimised without a size", {visible | caption | minimised, 0, 0, "A", false, false, {}}, "normal"},
    {"menu", {visible | popup | border, toolWindow | topmost, saveBits | dropShadow, "#32768", true, false, some},
     "menu"},
    {"menu still fading in: alpha does not count",
     {visible | popup, layered | toolWindow, 0, "#32768", false, false, some}, "menu"},
    {"desktop", {visible | popup, 0, 0, "#32769", false, false, {0, 0, 1024, 768}}, nullptr},
    {"message box", {visible | popup | caption, dialogFrame, 0, "#32770", true, false, some}, "dialog"},
    {"dialog as a main window", {visible | popup | caption, dialogFrame, 0, "#32770", false, false, some}, "normal"},
    {"dialog in the task bar", {visible | popup | caption, appWindow, 0, "#32770", true, false, some}, "normal"},
    {"tooltip", {visible | popup, topmost | toolWindow, dropShadow, "tooltips_class32", true, false, some}, "tooltip"},
    {"Delphi's hint", {visible | popup | border, toolWindow | topmost, saveBits, "THintWindow", true, false, some},
     "tooltip"},
    {"combo box's list", {visible | child | border, toolWindow, saveBits, "ComboLBox", false, false, some}, "menu"},
    {"combo box's list, popup", {visible | popup | border, toolWindow, saveBits, "ComboLBox", false, false, some},
     "menu"},
    {"task bar", {visible | popup, toolWindow | topmost, 0, "Shell_TrayWnd", false, false, some}, nullptr},
    {"shell's desktop", {visible | popup, toolWindow, 0, "Progman", false, false, some}, nullptr},
    {"XP's drop shadow", {visible | popup, layered | transparent | toolWindow, 0, "SysShadow", true, false, some},
     nullptr},
    {"an application's own window with CS_DROPSHADOW and a caption",
     {visible | caption | thickFrame, 0, dropShadow, "App", false, false, some}, "normal"},
    {"IME", {visible | popup, 0, 0, "IME", true, false, some}, nullptr},
    {"input method's bar", {visible | popup, toolWindow, 0, "MSCTFIME UI", false, false, some}, nullptr},
    {"Wine's tray icon", {visible | popup, 0, 0, "__wine_tray_icon", false, false, some}, nullptr},
    {"Wine's clipboard", {visible | popup, 0, 0, "__wine_clipboard_manager", false, false, some}, nullptr},
    {"tool palette", {visible | popup | caption, toolWindow, 0, "Palette", true, false, some}, "utility"},
    {"tool window in the task bar", {visible | caption, toolWindow | appWindow, 0, "P", false, false, some}, "normal"},
    {"toolkit's own menu", {visible | popup, toolWindow | topmost, saveBits, "AfxPopup", true, false, some}, "menu"},
    {"toolkit's drop-down that takes no focus", {visible | popup, noActivate | topmost, 0, "Drop", true, false, some},
     "menu"},
    {"drag image", {visible | popup, layered | transparent | topmost, 0, "Ghost", false, false, some}, "tooltip"},
    {"splash screen", {visible | popup, 0, 0, "Splash", false, false, some}, "normal"},
    {"owned, sizable: a second main window",
     {visible | popup | caption | thickFrame, 0, 0, "Find", true, false, some}, "normal"},
    {"owned, of fixed size", {visible | popup | caption, 0, 0, "Find", true, false, some}, "dialog"},
};

}  // namespace

TEST("window filter: the table") {
    for (const Row& row : rows) {
        auto kind = classify(row.look);
        std::string got = kind ? nameOf(*kind) : "none", wanted = row.kind ? row.kind : "none";
        CHECK_EQUAL(std::string(row.what) + ": " + got, std::string(row.what) + ": " + wanted);
    }
}

TEST("window filter: class names compare without case") {
    WindowLook look{visible | popup, 0, 0, "SHELL_TRAYWND", false, false, some};
    CHECK(!classify(look));
}
