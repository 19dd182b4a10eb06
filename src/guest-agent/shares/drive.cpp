#include "shares/drive.h"

#include "process/system-name.h"
#include "shares/wine-drive.h"

#include <shlobj.h>

namespace xpane {
namespace {

std::wstring deviceOf(wchar_t letter) { return {letter, L':'}; }

bool leadsTo(wchar_t letter, const std::wstring& folder) {
    if (isWine()) return wineDriveLeadsTo(letter, folder);
    wchar_t target[1024] = L"";
    // What DefineDosDevice makes of a path, in the object manager's form.
    return QueryDosDeviceW(deviceOf(letter).c_str(), target, static_cast<DWORD>(std::size(target))) != 0 &&
           target == L"\\??\\" + folder;
}

void tellShell(wchar_t letter, LONG what) {
    const std::wstring root = {letter, L':', L'\\'};
    SHChangeNotify(what, SHCNF_PATHW | SHCNF_FLUSHNOWAIT, root.c_str(), nullptr);
}

}  // namespace

DWORD makeDrive(wchar_t letter, const std::wstring& folder) {
    if (leadsTo(letter, folder)) return 0;
    const DWORD taken = GetLogicalDrives() >> (letter - L'A') & 1;
    if (taken != 0) return ERROR_SHARING_VIOLATION;
    const bool made = isWine() ? makeWineDrive(letter, folder)
                               : DefineDosDeviceW(0, deviceOf(letter).c_str(), folder.c_str()) != FALSE;
    if (!made) return GetLastError() == 0 ? ERROR_GEN_FAILURE : GetLastError();
    tellShell(letter, SHCNE_DRIVEADD);
    return 0;
}

void removeDrive(wchar_t letter, const std::wstring& folder) {
    if (!leadsTo(letter, folder)) return;
    constexpr DWORD justThis = DDD_REMOVE_DEFINITION | DDD_EXACT_MATCH_ON_REMOVE;
    if (isWine()) {
        removeWineDrive(letter);
    } else {
        DefineDosDeviceW(justThis, deviceOf(letter).c_str(), folder.c_str());
    }
    tellShell(letter, SHCNE_DRIVEREMOVED);
}

}  // namespace xpane
