// xpane-install: puts the agent into this Windows from the folder it lies in, and asks nothing. Windows XP starts it by
// itself from the set-up disk (autorun.inf). install/exit-codes.h says how it ends; install.log in the folder XPane of
// all users' application data says more.
#include <exception>
#include <string>

#include "install/exit-codes.h"
#include "install/install-error.h"
#include "install/installer.h"
#include "log/log-file.h"
#include "process/crash-policy.h"
#include "process/exit-codes.h"
#include "process/install-mark.h"
#include "win/handles.h"
#include "win/registry.h"
#include "win/unicode.h"

namespace {

using namespace xpane;

class InstallLog : public Log {
public:
    explicit InstallLog(const std::wstring& path) : file_(path) {}
    void write(LogLevel level, const std::string& text) override { file_.write(level, text); }

private:
    LogFile file_;
};

std::wstring ownFolder() {
    std::wstring path(32768, 0);
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return path.substr(0, path.rfind(L'\\'));
}

unsigned installFrom(const std::wstring& folder) {
    const Places places = makePlaces();
    InstallLog log(places.installLog());
    removeRegistryValue(HKEY_LOCAL_MACHINE, installMark::key, installMark::lastCode);
    unsigned code;
    try {
        code = install(folder, places, log);
    } catch (const InstallError& error) {
        log.write(LogLevel::error, error.what());
        code = error.code();
    } catch (const std::exception& error) {
        log.write(LogLevel::error, error.what());
        code = crashed;
    }
    log.write(LogLevel::info, "ends with code " + std::to_string(code));
    // The agent tells the host. One that could not be written is none: the host then waits in vain, and says so.
    setRegistryText(HKEY_LOCAL_MACHINE, installMark::key, installMark::lastCode, wideFrom(std::to_string(code)));
    return code;
}

}  // namespace

int WINAPI WinMain(HINSTANCE, HINSTANCE, LPSTR, int) {
    endAtOnceOnCrash();
    // No "there is no disk in the drive" when somebody takes the disk out.
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    const UniqueHandle instance(CreateMutexW(nullptr, FALSE, installMark::atWork));
    if (GetLastError() == ERROR_ALREADY_EXISTS) return installCode::anotherInstaller;
    try {
        return static_cast<int>(installFrom(ownFolder()));
    } catch (const InstallError& error) {
        return static_cast<int>(error.code());  // there is no place for a log either
    }
}
