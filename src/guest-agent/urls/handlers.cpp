#include "urls/handlers.h"

#include "process/system-name.h"
#include "win/registry.h"
#include "win/unicode.h"
#include "win/windows.h"

namespace xpane {
namespace {

constexpr const char* schemes[] = {"http", "https", "ftp", "mailto"};
constexpr wchar_t mark[] = L" --open-url ";
// Values by scheme: what was there before.
constexpr wchar_t hiddenCommands[] = L"Software\\XPane\\Links";
constexpr wchar_t replacedCommands[] = L"Software\\XPane\\Links\\Replaced";
constexpr wchar_t replacedDde[] = L"Software\\XPane\\Links\\ReplacedDde";

// Wine looks for links' classes in the machine's part only; on Windows the user's part stands above that, and needs no
// rights.
HKEY ownRoot() { return isWine() ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER; }

std::wstring classOf(const std::wstring& scheme) { return L"Software\\Classes\\" + scheme; }
std::wstring openOf(const std::wstring& scheme) { return scheme + L"\\shell\\open\\"; }

bool isOurs(const std::wstring& command) { return command.find(mark) != command.npos; }

std::wstring ourCommand() {
    std::wstring path(32768, 0);
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return L"\"" + path + L"\"" + mark + L"\"%1\"";
}

std::wstring textOr(HKEY root, const std::wstring& key, const std::wstring& name) {
    return registryText(root, key, name).value_or(L"");
}

std::wstring expanded(const std::wstring& command) {
    std::wstring whole(32768, 0);
    const DWORD units = ExpandEnvironmentStringsW(command.c_str(), whole.data(), static_cast<DWORD>(whole.size()));
    if (units == 0 || units > whole.size()) return command;
    whole.resize(units - 1);
    return whole;
}

// The command in force, whoever set it; with the variables in it replaced.
std::wstring commandInForce(const std::wstring& scheme) {
    return expanded(textOr(HKEY_CLASSES_ROOT, openOf(scheme) + L"command", L""));
}

// Keeps a value as it is in the agent's own part of the class, and puts another one there.
void replace(const std::wstring& scheme, const wchar_t* part, const wchar_t* keptIn, const std::wstring& by) {
    const std::wstring key = classOf(openOf(scheme) + part);
    if (const auto before = registryText(ownRoot(), key, L"")) {
        setRegistryText(HKEY_CURRENT_USER, keptIn, scheme, *before);
    } else {
        removeRegistryValue(HKEY_CURRENT_USER, keptIn, scheme);
    }
    setRegistryText(ownRoot(), key, L"", by);
}

void putBack(const std::wstring& scheme, const wchar_t* part, const wchar_t* keptIn) {
    const std::wstring key = classOf(openOf(scheme) + part);
    if (const auto before = registryText(HKEY_CURRENT_USER, keptIn, scheme)) {
        setRegistryText(ownRoot(), key, L"", *before);
    } else {
        removeRegistryKey(ownRoot(), key);
    }
    removeRegistryValue(HKEY_CURRENT_USER, keptIn, scheme);
}

// Wine's own handler looks for a browser of the Linux below it, where a guest has none; but Wine has one for the web.
std::wstring instead(const std::wstring& scheme, const std::wstring& command) {
    if (!isWine() || command.find(L"winebrowser") == command.npos) return command;
    return scheme == L"mailto" ? L"" : expanded(L"\"%ProgramFiles%\\Internet Explorer\\iexplore.exe\" \"%1\"");
}

bool take(const std::wstring& scheme) {
    const std::wstring before = commandInForce(scheme);
    if (before == ourCommand()) return false;
    const std::wstring ours = ourCommand();
    // Another version of the agent is before the handler already: what it hides stays hidden.
    if (isOurs(before)) return setRegistryText(ownRoot(), classOf(openOf(scheme) + L"command"), L"", ours);
    setRegistryText(HKEY_CURRENT_USER, hiddenCommands, scheme, before);
    setRegistryText(ownRoot(), classOf(scheme), L"URL Protocol", L"");
    replace(scheme, L"ddeexec", replacedDde, L"");
    replace(scheme, L"command", replacedCommands, ours);
    return true;
}

bool give(const std::wstring& scheme) {
    if (!isOurs(textOr(ownRoot(), classOf(openOf(scheme) + L"command"), L""))) return false;
    putBack(scheme, L"ddeexec", replacedDde);
    putBack(scheme, L"command", replacedCommands);
    removeRegistryValue(HKEY_CURRENT_USER, hiddenCommands, scheme);
    return true;
}

}  // namespace

GuestHandler guestHandlerOf(const std::string& scheme) {
    const std::wstring wide = wideFrom(scheme);
    const std::wstring command = commandInForce(wide);
    if (!isOurs(command)) {
        const std::wstring better = instead(wide, command);
        return better == command ? GuestHandler() : GuestHandler{true, better};
    }
    const std::wstring hidden = textOr(HKEY_CURRENT_USER, hiddenCommands, wide);
    // Whatever was written there since: the agent is no handler behind itself.
    return {true, isOurs(hidden) ? L"" : instead(wide, hidden)};
}

void takeLinks(bool wanted, Log& log) {
    bool changed = false;
    for (const char* scheme : schemes) changed |= wanted ? take(wideFrom(scheme)) : give(wideFrom(scheme));
    if (changed) log.write(LogLevel::info, wanted ? "links: the host is asked" : "links: as before");
}

}  // namespace xpane
