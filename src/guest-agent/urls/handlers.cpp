#include "urls/handlers.h"

#include "process/system-name.h"
#include "win/registry.h"
#include "win/replaced-value.h"
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

// The values of a class that the agent puts its own in, in the part of the registry that is its own.
ReplacedValue commandOf(const std::wstring& scheme) {
    return {ownRoot(), classOf(openOf(scheme) + L"command"), L"", replacedCommands, scheme};
}
ReplacedValue ddeOf(const std::wstring& scheme) {
    return {ownRoot(), classOf(openOf(scheme) + L"ddeexec"), L"", replacedDde, scheme};
}
ReplacedValue protocolOf(const std::wstring& scheme) {
    return {ownRoot(), classOf(scheme), L"URL Protocol", replacedProtocol, scheme};
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
    const ReplacedValue command = commandOf(scheme), dde = ddeOf(scheme), protocol = protocolOf(scheme);
    const bool ours = isOurs(textOr(ownRoot(), command.key, command.name));
    if (!ours && !command.isKept() && !dde.isKept() && !protocol.isKept()) return false;
    // Whatever somebody else has set since stays, and what was there before him is nobody's any more.
    ours ? command.putBack() : command.forget();
    textOr(ownRoot(), dde.key, dde.name).empty() ? dde.putBack() : dde.forget();
    if (protocol.isKept()) protocol.putBack();
    removeRegistryValue(HKEY_CURRENT_USER, hiddenCommands, scheme);
    removeEmptyKeys(scheme);
    return true;
}

bool take(const std::wstring& scheme) {
    const std::wstring before = commandInForce(scheme);
    if (before == ourCommand()) return false;
    const std::wstring ours = ourCommand();
    const ReplacedValue command = commandOf(scheme);
    // Another version of the agent is before the handler already: what it hides stays hidden.
    if (isOurs(before)) return setRegistryText(ownRoot(), command.key, command.name, ours);
    // An attempt that did not come to its end, or that somebody has undone.
    give(scheme);
    setRegistryText(HKEY_CURRENT_USER, hiddenCommands, scheme, before);
    if (!registryText(HKEY_CLASSES_ROOT, scheme, L"URL Protocol")) protocolOf(scheme).replace(L"");
    return ddeOf(scheme).replace(L"") && command.replace(ours);
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
