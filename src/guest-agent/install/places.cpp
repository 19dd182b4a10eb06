#include "install/places.h"

#include <memory>

#include "install/exit-codes.h"
#include "install/install-error.h"
#include "win/unicode.h"
#include "win/windows.h"

#include <sddl.h>
#include <shlobj.h>

namespace xpane {
namespace {

// Administrators and the system everything, users all but to change the rights: the agent runs as whoever is logged
// on, and writes to the log that another user's began.
constexpr wchar_t writableByUsers[] = L"D:P(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;BU)";

std::wstring systemFolder(int id) {
    wchar_t path[MAX_PATH];
    if (FAILED(SHGetFolderPathW(nullptr, id | CSIDL_FLAG_CREATE, nullptr, SHGFP_TYPE_CURRENT, path))) {
        throw InstallError(installCode::cannotCopy, "Windows does not tell where programs belong");
    }
    return path;
}

void makeFolder(const std::wstring& path, const wchar_t* rights) {
    struct Free {
        void operator()(void* memory) const { LocalFree(memory); }
    };
    SECURITY_ATTRIBUTES attributes{sizeof attributes, nullptr, FALSE};
    if (rights) {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(rights, SDDL_REVISION_1, &attributes.lpSecurityDescriptor,
                                                             nullptr);
    }
    const std::unique_ptr<void, Free> owner(attributes.lpSecurityDescriptor);
    if (!CreateDirectoryW(path.c_str(), &attributes) && GetLastError() != ERROR_ALREADY_EXISTS) {
        throw InstallError(installCode::cannotCopy,
                           "cannot make " + utf8From(path) + ": error " + std::to_string(GetLastError()));
    }
}

}  // namespace

Places makePlaces() {
    const Places places{systemFolder(CSIDL_PROGRAM_FILES) + L"\\XPane", systemFolder(CSIDL_COMMON_APPDATA) + L"\\XPane"};
    makeFolder(places.data, writableByUsers);
    makeFolder(places.programs, nullptr);
    return places;
}

std::wstring commandOf(const Version& version, const Places& places, const Endpoint& listen) {
    const auto quoted = [](const std::wstring& text) { return L"\"" + text + L"\""; };
    return quoted(version.agentFile()) + L" --listen " + wideFrom(listen.address + ":" + std::to_string(listen.port)) +
           L" --secret-file " + quoted(version.secretFile()) + L" --log-file " + quoted(places.agentLog());
}

}  // namespace xpane
