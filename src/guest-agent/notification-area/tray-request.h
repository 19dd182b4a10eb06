// What an application asked of the notification area (Shell_NotifyIcon), read from the WM_COPYDATA that its shell32
// sends to the window of class Shell_TrayWnd. Knows no Windows. Two formats, neither documented by its maker:
//  - Windows NT: dwData 1; DWORD signature 0x34753423, DWORD NIM_*, NOTIFYICONDATAW of one of its sizes, handles in
//    32 bits (as ReactOS's shell32 writes it: dll/win32/shell32/systray.cpp). shell32 turns ANSI into this before it
//    sends, so the ANSI sizes (88, 488, 504) never come. The icon is a handle, good in every process of the session.
//  - Wine 8: dwData NIM_*; a structure of its own, then the icon's mask and colours (measured: an icon of another
//    process is of no use there).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "icon/icon-image.h"

namespace xpane {

enum class TrayAction { add, modify, remove, setFocus, setVersion };  // NIM_*, in its order
enum class BalloonKind { none, info, warning, error };                // NIIF_*, in its order

struct Balloon {
    std::u16string title, text;  // no text: takes the one that is shown away
    BalloonKind kind = BalloonKind::none;
};

// What is not there stays as it was.
struct TrayRequest {
    TrayAction action = TrayAction::add;
    uint32_t owner = 0;  // window handle
    uint32_t id = 0;     // the owner's own number for the icon
    std::optional<uint32_t> callback;
    bool setsIcon = false;
    std::optional<IconImage> image;  // Wine
    uint32_t iconHandle = 0;         // NT
    std::optional<std::u16string> tooltip;
    std::optional<bool> hidden;
    std::optional<Balloon> balloon;
    uint32_t version = 0;  // of setVersion
};

// `dataKind` is COPYDATASTRUCT's dwData. Nothing: it is not about an icon, or malformed.
std::optional<TrayRequest> readTrayRequest(uint64_t dataKind, std::string_view bytes);

}  // namespace xpane
