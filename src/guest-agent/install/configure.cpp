#include "install/configure.h"

#include <iterator>
#include <string>

#include "install/exit-codes.h"
#include "install/install-error.h"
#include "win/registry.h"
#include "win/handles.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr wchar_t ownKey[] = L"SOFTWARE\\XPane";
constexpr wchar_t appliedName[] = L"AppliedAnswers";
constexpr wchar_t windowsKey[] = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
constexpr wchar_t zonesKey[] = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Time Zones\\";

bool setOwner(const wchar_t* name, const std::string& value) {
    return setRegistryText(HKEY_LOCAL_MACHINE, windowsKey, name, wideFrom(value));
}

std::wstring coming(COMPUTER_NAME_FORMAT format) {
    wchar_t name[MAX_PATH] = {};
    DWORD units = MAX_PATH;
    return GetComputerNameExW(format, name, &units) ? std::wstring(name) : std::wstring();
}

// Counts from the next start. False if it has the name already.
bool isNewName(const std::wstring& name) {
    return lstrcmpiW(coming(ComputerNamePhysicalDnsHostname).c_str(), name.c_str()) != 0;
}

// Administrators may change the clock, but only programs that say so.
void allowClockChange() {
    UniqueHandle token;
    TOKEN_PRIVILEGES wanted{1, {{{0, 0}, SE_PRIVILEGE_ENABLED}}};
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, token.out()) &&
        LookupPrivilegeValueW(nullptr, L"SeSystemtimePrivilege", &wanted.Privileges[0].Luid)) {
        AdjustTokenPrivileges(token.get(), FALSE, &wanted, 0, nullptr, nullptr);
    }
}

// As Windows keeps it in a zone's value TZI.
struct ZoneRules {
    LONG bias, standardBias, daylightBias;
    SYSTEMTIME standardDate, daylightDate;
};

bool setTimeZone(const std::string& key) {
    const std::wstring path = zonesKey + wideFrom(key);
    ZoneRules rules{};
    const auto standard = registryText(HKEY_LOCAL_MACHINE, path, L"Std");
    const auto daylight = registryText(HKEY_LOCAL_MACHINE, path, L"Dlt");
    if (!standard || !daylight || !registryBytes(HKEY_LOCAL_MACHINE, path, L"TZI", &rules, sizeof rules)) return false;
    TIME_ZONE_INFORMATION zone{};
    zone.Bias = rules.bias;
    zone.StandardBias = rules.standardBias;
    zone.DaylightBias = rules.daylightBias;
    zone.StandardDate = rules.standardDate;
    zone.DaylightDate = rules.daylightDate;
    lstrcpynW(zone.StandardName, standard->c_str(), 32);
    lstrcpynW(zone.DaylightName, daylight->c_str(), 32);
    allowClockChange();
    return SetTimeZoneInformation(&zone) != 0;
}

constexpr wchar_t regionKey[] = L"Control Panel\\International";
constexpr LCTYPE regionParts[] = {
    LOCALE_SCURRENCY, LOCALE_ICURRENCY, LOCALE_INEGCURR, LOCALE_ICURRDIGITS, LOCALE_SDECIMAL, LOCALE_STHOUSAND,
    LOCALE_SGROUPING, LOCALE_IDIGITS, LOCALE_ILZERO, LOCALE_SLIST, LOCALE_IMEASURE, LOCALE_IFIRSTDAYOFWEEK,
    LOCALE_IFIRSTWEEKOFYEAR, LOCALE_SSHORTDATE, LOCALE_SLONGDATE, LOCALE_STIMEFORMAT,
};

// This user's. Windows keeps every part of a region by itself, as the user may change each.
bool setRegion(const std::string& id) {
    const LCID locale = std::stoul(id, nullptr, 16);
    if (!setRegistryText(HKEY_CURRENT_USER, regionKey, L"Locale", wideFrom(id))) return false;
    for (const LCTYPE part : regionParts) {
        wchar_t value[80];
        if (!GetLocaleInfoW(locale, part | LOCALE_NOUSEROVERRIDE, value, static_cast<int>(std::size(value))) ||
            !SetLocaleInfoW(LOCALE_USER_DEFAULT, part, value)) {
            return false;
        }
    }
    return true;
}

// This user's first one; counts from the next log-on.
bool setKeyboardLayout(const std::string& id) {
    return setRegistryText(HKEY_CURRENT_USER, L"Keyboard Layout\\Preload", L"1", wideFrom(id));
}

}  // namespace

unsigned configure(const Answers& answers, const std::string& hash, Log& log) {
    if (registryText(HKEY_LOCAL_MACHINE, ownKey, appliedName) == wideFrom(hash)) return installCode::done;
    log.write(LogLevel::info, "stage: answers");
    bool all = true;
    const auto report = [&](const char* what, bool applied) {
        log.write(applied ? LogLevel::info : LogLevel::error,
                  std::string(what) + (applied ? ": applied" : ": cannot be applied, error ") +
                      (applied ? "" : std::to_string(GetLastError())));
        all = all && applied;
    };
    if (answers.fullName) report("owner", setOwner(L"RegisteredOwner", *answers.fullName));
    if (answers.organisation) report("organisation", setOwner(L"RegisteredOrganization", *answers.organisation));
    if (answers.timeZoneKey) report("time zone", setTimeZone(*answers.timeZoneKey));
    if (answers.localeId) report("region", setRegion(*answers.localeId));
    if (answers.keyboardLayout) report("keyboard layout", setKeyboardLayout(*answers.keyboardLayout));
    const bool renames = answers.computerName && isNewName(wideFrom(*answers.computerName));
    if (renames) {
        report("computer name",
               SetComputerNameExW(ComputerNamePhysicalDnsHostname, wideFrom(*answers.computerName).c_str()) != 0);
    }
    if (!all) throw InstallError(installCode::notAllApplied, "not all answers could be applied");
    setRegistryText(HKEY_LOCAL_MACHINE, ownKey, appliedName, wideFrom(hash));
    return renames ? installCode::restartNeeded : installCode::done;
}

}  // namespace xpane
