// How the installer and the agent know of each other: the installer's name while it works, and how it last ended.
#pragma once

namespace xpane::installMark {

constexpr wchar_t atWork[] = L"Global\\XPaneInstaller";  // a mutex
constexpr wchar_t key[] = L"SOFTWARE\\XPane";           // below HKEY_LOCAL_MACHINE
constexpr wchar_t lastCode[] = L"InstallCode";           // text, decimal: install/exit-codes.h

constexpr wchar_t logName[] = L"install.log";           // the installer's log, beside the agent's

}  // namespace xpane::installMark
