#include "launch/user-session.h"

#include <cwchar>
#include <memory>

#include "win/windows.h"

namespace xpane {
namespace {

struct CloseDesktopHandle {
    void operator()(HDESK desktop) const { CloseDesktop(desktop); }
};
using UniqueDesktop = std::unique_ptr<std::remove_pointer_t<HDESK>, CloseDesktopHandle>;

bool isStationVisible() {
    USEROBJECTFLAGS flags{};
    return GetUserObjectInformationW(GetProcessWindowStation(), UOI_FLAGS, &flags, sizeof flags, nullptr) &&
           (flags.dwFlags & WSF_VISIBLE) != 0;
}

}  // namespace

bool isUserSessionThere() {
    if (!isStationVisible()) return false;
    // Only the system may open Winlogon's desktop. A screen saver's desktop is the user's.
    const UniqueDesktop input(OpenInputDesktop(0, FALSE, DESKTOP_READOBJECTS));
    wchar_t name[64] = L"";
    return input && GetUserObjectInformationW(input.get(), UOI_NAME, name, sizeof name, nullptr) &&
           wcscmp(name, L"Winlogon") != 0;
}

}  // namespace xpane
