#include "process/guest-clock.h"

#include "win/handles.h"
#include "win/unicode.h"
#include "win/windows.h"

namespace xpane {
namespace {

constexpr int64_t smallestStepMs = 500;  // the program knows whole seconds
constexpr int64_t ticksPerMs = 10000;    // FILETIME counts 100 ns
constexpr int64_t unixEpochTicks = 116444736000000000;  // from 1601 to 1970

int64_t unixMsNow() {
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    const int64_t ticks = static_cast<int64_t>(now.dwHighDateTime) << 32 | now.dwLowDateTime;
    return (ticks - unixEpochTicks) / ticksPerMs;
}

// Administrators have it, but a program has to switch it on. Whether that worked shows when the clock is set.
void allowSettingTheTime() {
    UniqueHandle token;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, token.out())) return;
    TOKEN_PRIVILEGES wanted = {};
    wanted.PrivilegeCount = 1;
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    if (!LookupPrivilegeValueW(nullptr, L"SeSystemtimePrivilege", &wanted.Privileges[0].Luid)) return;
    AdjustTokenPrivileges(token.get(), FALSE, &wanted, 0, nullptr, nullptr);
}

}  // namespace

void GuestClock::set(int64_t unixMs) {
    const int64_t behindMs = unixMs - unixMsNow();
    if (behindMs > -smallestStepMs && behindMs < smallestStepMs) return;
    log_.write(LogLevel::info, "clock: set, it was " + std::to_string(behindMs) + " ms behind");
    if (program_.empty()) setBySystem(unixMs);
    else setByProgram(unixMs);
}

void GuestClock::setBySystem(int64_t unixMs) {
    allowSettingTheTime();
    const int64_t ticks = unixMs * ticksPerMs + unixEpochTicks;
    const FILETIME time = {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
    SYSTEMTIME utc;
    if (!FileTimeToSystemTime(&time, &utc) || !SetSystemTime(&utc)) {
        log_.write(LogLevel::warn, "clock: cannot be set, error " + std::to_string(GetLastError()));
    }
}

void GuestClock::setByProgram(int64_t unixMs) {
    const int64_t seconds = (unixMs + smallestStepMs) / 1000;
    std::wstring command = wideFrom("\"" + program_ + "\" " + std::to_string(seconds));
    STARTUPINFOW startup = {};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION started = {};
    if (!CreateProcessW(nullptr, command.data(), nullptr, nullptr, FALSE, CREATE_NO_WINDOW, nullptr, nullptr, &startup,
                        &started)) {
        log_.write(LogLevel::warn, "clock: cannot be set, error " + std::to_string(GetLastError()));
        return;
    }
    // It ends by itself in a moment.
    const UniqueHandle process(started.hProcess), thread(started.hThread);
}

}  // namespace xpane
