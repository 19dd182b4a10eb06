// Drive letters that lead to a folder, for the signed-in user's programs.
#pragma once

#include <string>

#include "win/windows.h"

namespace xpane {

// Win32 error code; ERROR_SHARING_VIOLATION if the letter is something else's. `folder` is there.
DWORD makeDrive(wchar_t letter, const std::wstring& folder);
// Nothing if the letter does not lead there.
void removeDrive(wchar_t letter, const std::wstring& folder);
// The same file by a drive that stands for no folder, also where one such drive leads to another one.
std::wstring behindDrives(std::wstring path);

}  // namespace xpane
