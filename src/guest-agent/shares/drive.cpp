#include "shares/drive.h"

#include "process/system-name.h"
#include "shares/wine-drive.h"

#include <shlobj.h>

namespace xpane {
namespace {

std::wstring deviceOf(wchar_t letter) { return {letter, L':'}; }

// What DefineDosDevice makes of a path, in the object manager's form.
constexpr wchar_t pathPrefix[] = L"\\??\\";

// Empty: it stands for no folder.
std::wstring folderOf(wchar_t letter) {
    if (isWine()) return wineDriveFolder(letter);
    wchar_t target[1024] = L"";
    if (QueryDosDeviceW(deviceOf(letter).c_str(), target, static_cast<DWORD>(std::size(target))) == 0) return L"";
    const std::wstring device = target;
    return device.rfind(pathPrefix, 0) == 0 ? device.substr(std::size(pathPrefix) - 1) : L"";
}

bool leadsTo(wchar_t letter, const std::wstring& folder) {
    return lstrcmpiW(folderOf(letter).c_str(), folder.c_str()) == 0;
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

std::wstring behindDrives(std::wstring path) {
    constexpr int letters = 26;  // no way is longer that is no circle
    for (int step = 0; step < letters && path.size() > 2 && path[1] == L':'; ++step) {
        const wchar_t letter = static_cast<wchar_t>(path[0] & ~0x20);  // as a capital
        std::wstring folder = letter >= L'A' && letter <= L'Z' ? folderOf(letter) : L"";
        if (folder.empty()) break;
        // A drive that stands for another one's root.
        if (folder.back() == L'\\') folder.pop_back();
        path.replace(0, 2, folder);
    }
    return path;
}

}  // namespace xpane
