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
constexpr wchar_t replacedProtocol[] = L"Software\\XPane\\Links\\ReplacedProtocol";

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

// A value of the agent's own part of a class that it puts its own in, and where what was there before is kept by scheme.
struct Place {
    std::wstring key;
    std::wstring name;
    const wchar_t* keptIn;
};

Place commandOf(const std::wstring& scheme) { return {classOf(openOf(scheme) + L"command"), L"", replacedCommands}; }
Place ddeOf(const std::wstring& scheme) { return {classOf(openOf(scheme) + L"ddeexec"), L"", replacedDde}; }
Place protocolOf(const std::wstring& scheme) { return {classOf(scheme), L"URL Protocol", replacedProtocol}; }

bool isKept(const std::wstring& scheme, const Place& place) {
    return registryValue(HKEY_CURRENT_USER, place.keptIn, scheme).has_value();
}

void forget(const std::wstring& scheme, const Place& place) {
    removeRegistryValue(HKEY_CURRENT_USER, place.keptIn, scheme);
}

// What is kept already is what was there first: an agent that was ended in the midst of this comes by twice.
bool replace(const std::wstring& scheme, const Place& place, const std::wstring& by) {
    if (!isKept(scheme, place)) {
        const auto before = registryValue(ownRoot(), place.key, place.name);
        if (!setRegistryValue(HKEY_CURRENT_USER, place.keptIn, scheme, before.value_or(RegistryValue()))) return false;
    }
    return setRegistryText(ownRoot(), place.key, place.name, by);
}

void putBack(const std::wstring& scheme, const Place& place) {
    const auto before = registryValue(HKEY_CURRENT_USER, place.keptIn, scheme);
    if (!before || before->type == REG_NONE) {
        removeRegistryValue(ownRoot(), place.key, place.name);
    } else if (!setRegistryValue(ownRoot(), place.key, place.name, *before)) {
        return;
    }
    forget(scheme, place);
}

// Keys that the agent made, or that were empty before; from the innermost.
void removeEmptyKeys(const std::wstring& scheme) {
    for (const wchar_t* part :
         {L"\\shell\\open\\command", L"\\shell\\open\\ddeexec", L"\\shell\\open", L"\\shell", L""}) {
        const std::wstring key = classOf(scheme + part);
        if (isEmptyRegistryKey(ownRoot(), key)) removeRegistryKey(ownRoot(), key);
    }
}

// Wine's own handler looks for a browser of the Linux below it, where a guest has none; but Wine has one for the web.
std::wstring instead(const std::wstring& scheme, const std::wstring& command) {
    if (!isWine() || command.find(L"winebrowser") == command.npos) return command;
    return scheme == L"mailto" ? L"" : expanded(L"\"%ProgramFiles%\\Internet Explorer\\iexplore.exe\" \"%1\"");
}

bool give(const std::wstring& scheme) {
    const Place command = commandOf(scheme), dde = ddeOf(scheme), protocol = protocolOf(scheme);
    const bool ours = isOurs(textOr(ownRoot(), command.key, command.name));
    if (!ours && !isKept(scheme, command) && !isKept(scheme, dde) && !isKept(scheme, protocol)) return false;
    // Whatever somebody else has set since stays, and what was there before him is nobody's any more.
    ours ? putBack(scheme, command) : forget(scheme, command);
    textOr(ownRoot(), dde.key, dde.name).empty() ? putBack(scheme, dde) : forget(scheme, dde);
    if (isKept(scheme, protocol)) putBack(scheme, protocol);
    removeRegistryValue(HKEY_CURRENT_USER, hiddenCommands, scheme);
    removeEmptyKeys(scheme);
    return true;
}

bool take(const std::wstring& scheme) {
    const std::wstring before = commandInForce(scheme);
    if (before == ourCommand()) return false;
    const std::wstring ours = ourCommand();
    const Place command = commandOf(scheme);
    // Another version of the agent is before the handler already: what it hides stays hidden.
    if (isOurs(before)) return setRegistryText(ownRoot(), command.key, command.name, ours);
    // An attempt that did not come to its end, or that somebody has undone.
    give(scheme);
    setRegistryText(HKEY_CURRENT_USER, hiddenCommands, scheme, before);
    if (!registryText(HKEY_CLASSES_ROOT, scheme, L"URL Protocol")) replace(scheme, protocolOf(scheme), L"");
    return replace(scheme, ddeOf(scheme), L"") && replace(scheme, command, ours);
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
