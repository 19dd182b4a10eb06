#include "shares/documents-folder.h"

#include "win/registry.h"

#include <shlobj.h>

namespace xpane {
namespace {

// Where every program's SHGetFolderPath looks; see "User Shell Folders" in Windows' documentation.
constexpr wchar_t shellFolders[] = L"Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders";
constexpr wchar_t personal[] = L"Personal";
constexpr wchar_t ownKey[] = L"Software\\XPane\\Shares";
constexpr wchar_t before[] = L"DocumentsBefore";
// Of a Windows that tells none.
constexpr wchar_t usual[] = L"%USERPROFILE%\\My Documents";

void tellShell(const std::wstring& folder) {
    SHChangeNotify(SHCNE_UPDATEDIR, SHCNF_PATHW | SHCNF_FLUSHNOWAIT, folder.c_str(), nullptr);
}

}  // namespace

bool setDocumentsFolder(const std::wstring& folder) {
    const auto now = registryValue(HKEY_CURRENT_USER, shellFolders, personal);
    if (now && now->text == folder) return true;
    // What another share has taken the place of stays what it was.
    const bool known = registryValue(HKEY_CURRENT_USER, ownKey, before).has_value();
    const RegistryValue kept = now ? *now : RegistryValue{REG_EXPAND_SZ, usual};
    if (!known && !setRegistryValue(HKEY_CURRENT_USER, ownKey, before, kept)) return false;
    if (!setRegistryValue(HKEY_CURRENT_USER, shellFolders, personal, {REG_SZ, folder})) return false;
    tellShell(folder);
    return true;
}

bool resetDocumentsFolder(const std::wstring& folder) {
    const auto now = registryValue(HKEY_CURRENT_USER, shellFolders, personal);
    if (!now || now->text != folder) return true;
    const auto kept = registryValue(HKEY_CURRENT_USER, ownKey, before);
    const RegistryValue value = kept ? *kept : RegistryValue{REG_EXPAND_SZ, usual};
    if (!setRegistryValue(HKEY_CURRENT_USER, shellFolders, personal, value)) return false;
    removeRegistryValue(HKEY_CURRENT_USER, ownKey, before);
    tellShell(folder);
    return true;
}

}  // namespace xpane
