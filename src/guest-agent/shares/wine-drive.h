// Drive letters under Wine 8. Its DefineDosDevice makes a letter that is listed and leads nowhere, as files are found by
// links of Linux: those are its mount manager's, which is asked as winecfg does.
#pragma once

#include <string>

namespace xpane {

bool makeWineDrive(wchar_t letter, const std::wstring& folder);
void removeWineDrive(wchar_t letter);
// Empty: it leads to none that Windows has a name for without it.
std::wstring wineDriveFolder(wchar_t letter);

}  // namespace xpane
