#include "install/autostart.h"

#include <algorithm>

#include "install/exit-codes.h"
#include "install/install-error.h"
#include "win/registry.h"
#include "install/versions.h"

namespace xpane {
namespace {

constexpr wchar_t runKey[] = L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run";
constexpr wchar_t name[] = L"XPane agent";

}  // namespace

std::optional<Registered> registeredAgent(const Places& places) {
    const auto command = registryText(HKEY_LOCAL_MACHINE, runKey, name);
    if (!command || command->empty() || command->front() != L'"') return std::nullopt;
    const std::wstring program = command->substr(1, command->find(L'"', 1) - 1);
    const auto versions = versionsIn(places);
    const auto found = std::find_if(versions.begin(), versions.end(),
                                    [&](const Version& version) { return isInside(program, version.folder); });
    return found == versions.end() ? std::nullopt : std::optional<Registered>({*found, *command});
}

void registerAgent(const std::wstring& command) {
    if (setRegistryText(HKEY_LOCAL_MACHINE, runKey, name, command)) return;
    throw InstallError(installCode::cannotRegister, "Windows does not take the agent among what it starts at log-on");
}

}  // namespace xpane
