// The program of a command line that the registry has for a kind of files.
#pragma once

#include <string>

namespace xpane {

// `"C:\a b\x.exe" "%1"` -> `C:\a b\x.exe`. Without quotes Windows tries one word more after the other; here a program
// ends where it says .exe. Empty if there is none.
std::wstring programIn(const std::wstring& command);

// `.TXT` -> `txt`; empty for what is no extension that the host is told of.
std::string extensionIn(const std::wstring& classKey);

}  // namespace xpane
