#include "process/system-name.h"

#include "win/unicode.h"
#include "win/windows.h"

namespace xpane {

namespace {

// Wine's documented way to be recognised; null on Windows.
FARPROC wineVersionFunction() { return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version"); }

}  // namespace

bool isWine() { return wineVersionFunction() != nullptr; }

std::string systemName() {
    OSVERSIONINFOW version{};
    version.dwOSVersionInfoSize = sizeof version;
    if (!GetVersionExW(&version)) return "Windows";
    std::string name = "Windows " + std::to_string(version.dwMajorVersion) + "." +
                       std::to_string(version.dwMinorVersion) + "." + std::to_string(version.dwBuildNumber);
    if (version.szCSDVersion[0] != 0) name += " " + utf8From(std::wstring_view(version.szCSDVersion));

    using WineVersion = const char*(__cdecl*)();
    const FARPROC exported = wineVersionFunction();
    if (exported) {
        const auto wineVersion = reinterpret_cast<WineVersion>(reinterpret_cast<void*>(exported));
        name += std::string(" (Wine ") + wineVersion() + ")";
    }
    return name;
}

}  // namespace xpane
