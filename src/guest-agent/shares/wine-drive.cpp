#include "shares/wine-drive.h"

#include <algorithm>
#include <cstring>

#include "win/handles.h"
#include "win/unicode.h"
#include "win/windows.h"

#include <winioctl.h>

namespace xpane {
namespace {

// ddk/mountmgr.h of Wine.
struct UnixDrive {
    ULONG size = 0, type = 0, fsType = 0;
    DWORD serial = 0;
    ULONGLONG device = 0;
    WCHAR letter = 0;
    USHORT mountPointOffset = 0, deviceOffset = 0, labelOffset = 0;
    char texts[1024] = "";
};
constexpr DWORD mountManagerType = 'm';
constexpr DWORD defineUnixDrive =
    CTL_CODE(mountManagerType, 32, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS);
constexpr DWORD queryUnixDrive = CTL_CODE(mountManagerType, 33, METHOD_BUFFERED, FILE_READ_ACCESS);

using UnixName = char*(__cdecl*)(const WCHAR*);

UnixName unixNameFunction() {
    const HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    // By way of a pointer to nothing in particular: the compiler warns of a cast between kinds of functions.
    return reinterpret_cast<UnixName>(reinterpret_cast<void*>(GetProcAddress(kernel, "wine_get_unix_file_name")));
}

// Empty if there is none.
std::string unixNameOf(const std::wstring& path) {
    const UnixName nameOf = unixNameFunction();
    char* name = nameOf ? nameOf(path.c_str()) : nullptr;
    if (!name) return {};
    const std::string copy = name;
    HeapFree(GetProcessHeap(), 0, name);
    return copy;
}

// Of a folder by way of another drive's link, as `makeWineDrive` names it. Empty if it is none.
std::wstring nameOf(const std::string& target) {
    for (wchar_t letter = L'A'; letter <= L'Z'; ++letter) {
        const std::string root = unixNameOf({letter, L':', L'\\'});
        if (root.empty() || target.compare(0, root.size(), root) != 0) continue;
        std::wstring path = std::wstring{letter, L':', L'\\'} + wideFrom(target.substr(root.size()));
        std::replace(path.begin(), path.end(), L'/', L'\\');
        return path;
    }
    return {};
}

bool ask(DWORD what, UnixDrive& drive, DWORD inBytes, DWORD outBytes) {
    const UniqueHandle manager(CreateFileW(L"\\\\.\\MountPointManager", GENERIC_READ | GENERIC_WRITE,
                                           FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr));
    DWORD bytes = 0;
    return manager && DeviceIoControl(manager.get(), what, &drive, inBytes, outBytes == 0 ? nullptr : &drive, outBytes,
                                      &bytes, nullptr);
}

WCHAR lowered(wchar_t letter) { return static_cast<WCHAR>(letter - L'A' + L'a'); }

}  // namespace

bool makeWineDrive(wchar_t letter, const std::wstring& folder) {
    UnixDrive drive;
    const std::string target = unixNameOf(folder);
    if (target.empty() || target.size() >= sizeof(drive.texts)) return false;
    drive.type = DRIVE_FIXED;
    drive.letter = lowered(letter);
    drive.mountPointOffset = static_cast<USHORT>(offsetof(UnixDrive, texts));
    std::memcpy(drive.texts, target.c_str(), target.size() + 1);
    drive.size = static_cast<ULONG>(drive.mountPointOffset + target.size() + 1);
    return ask(defineUnixDrive, drive, drive.size, 0);
}

void removeWineDrive(wchar_t letter) {
    UnixDrive drive;
    drive.type = DRIVE_NO_ROOT_DIR;
    drive.letter = lowered(letter);
    drive.size = static_cast<ULONG>(offsetof(UnixDrive, texts));
    ask(defineUnixDrive, drive, drive.size, 0);
}

std::wstring wineDriveFolder(wchar_t letter) {
    UnixDrive drive;
    drive.letter = lowered(letter);
    if (!ask(queryUnixDrive, drive, sizeof(drive), sizeof(drive)) || drive.mountPointOffset == 0) return {};
    // Anything may have answered: not past the end.
    const auto* bytes = reinterpret_cast<const char*>(&drive);
    if (drive.mountPointOffset >= sizeof(drive)) return {};
    const std::string target(bytes + drive.mountPointOffset,
                             strnlen(bytes + drive.mountPointOffset, sizeof(drive) - drive.mountPointOffset));
    return nameOf(target);
}

}  // namespace xpane
