#include "printing/wine-port.h"

#include "win/handles.h"
#include "win/registry.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr wchar_t redirections[] = L"Software\\Wine\\Printing\\Spooler";
constexpr std::wstring_view prefix = L"XPANE:";

// Of what is there; empty if Wine does not say.
std::string unixPathOf(const std::wstring& path) {
    using UnixName = char*(__cdecl*)(const wchar_t*);
    const FARPROC exported = GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name");
    if (!exported) return {};
    char* name = reinterpret_cast<UnixName>(reinterpret_cast<void*>(exported))(path.c_str());
    const std::string copy = name ? name : "";
    if (name) HeapFree(GetProcessHeap(), 0, name);
    return copy;
}

// For a shell.
std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char letter : text) out += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return out + "'";
}

}  // namespace

std::wstring WinePorts::nameOf(const std::string& printerId) const { return std::wstring(prefix) + wideFrom(printerId); }

bool WinePorts::isOurs(const std::wstring& port) const { return port.compare(0, prefix.size(), prefix) == 0; }

std::string WinePorts::add(const Winspool&, const std::string& printerId) {
    const std::string folder = unixPathOf(folder_);
    if (folder.empty()) return "Wine does not name the spool folder";
    // Only what was written to its end gets the name that counts.
    const std::string command =
        "|cd " + quoted(folder) + "&&t=$(mktemp " + printerId + "-XXXXXX)&&cat>$t&&mv $t $t.done";
    const bool set = setRegistryText(HKEY_CURRENT_USER, redirections, nameOf(printerId), wideFrom(command));
    return set ? "" : "it could not be written to the registry";
}

void WinePorts::remove(const Winspool&, const std::wstring& port) {
    removeRegistryValue(HKEY_CURRENT_USER, redirections, port);
}

DriverFiles WinePorts::driver() const { return {L"wineps.drv", L"wineps.drv", {}, {}, {}}; }

}  // namespace xpane
