#include "loans/associations.h"

#include <algorithm>

#include "process/system-name.h"
#include "win/registry.h"
#include "win/replaced-value.h"
#include "win/windows.h"

#include <shlobj.h>

namespace xpane {
namespace {

// Values by extension: the class that opened such files; where the others were, see ReplacedValue.
constexpr wchar_t hiddenClasses[] = L"Software\\XPane\\Loans\\Hidden";
constexpr wchar_t replacedClasses[] = L"Software\\XPane\\Loans\\Replaced";
constexpr wchar_t replacedChoices[] = L"Software\\XPane\\Loans\\ReplacedApplication";
constexpr wchar_t replacedProgids[] = L"Software\\XPane\\Loans\\ReplacedProgid";
// What a user of Windows XP chose by "Open with"; it comes before the classes.
constexpr wchar_t choices[] = L"Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\FileExts\\.";

// As with links (urls/handlers.cpp): Wine looks for classes in the machine's part only.
HKEY ownRoot() { return isWine() ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER; }

std::wstring classKey(const std::wstring& name) { return L"Software\\Classes\\" + name; }
std::wstring ourClass(const std::wstring& extension) { return L"XPane.Loan." + extension; }

std::wstring ourCommand() {
    std::wstring path(32768, 0);
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return L"\"" + path + L"\" --open-file \"%1\"";
}

std::wstring textOr(HKEY root, const std::wstring& key, const std::wstring& name, const std::wstring& other) {
    return registryText(root, key, name).value_or(other);
}

ReplacedValue classOf(const std::wstring& extension) {
    return {ownRoot(), classKey(L"." + extension), L"", replacedClasses, extension};
}
ReplacedValue choiceOf(const std::wstring& extension) {
    return {HKEY_CURRENT_USER, choices + extension, L"Application", replacedChoices, extension};
}
ReplacedValue progidOf(const std::wstring& extension) {
    return {HKEY_CURRENT_USER, choices + extension, L"Progid", replacedProgids, extension};
}

// The class in force, whoever set it.
std::wstring classInForce(const std::wstring& extension) {
    const std::wstring chosen = textOr(HKEY_CURRENT_USER, choices + extension, L"Application", L"");
    if (!chosen.empty()) return L"Applications\\" + chosen;
    const std::wstring progid = textOr(HKEY_CURRENT_USER, choices + extension, L"Progid", L"");
    return !progid.empty() ? progid : textOr(HKEY_CLASSES_ROOT, L"." + extension, L"", L"");
}

// With the name and the picture that such files had.
bool makeOurClass(const std::wstring& extension, const std::wstring& before) {
    const std::wstring own = classKey(ourClass(extension));
    for (const wchar_t* part : {L"", L"\\DefaultIcon"}) {
        const auto value = before.empty() ? std::nullopt : registryValue(HKEY_CLASSES_ROOT, before + part, L"");
        if (value && value->type != REG_NONE) setRegistryValue(ownRoot(), own + part, L"", *value);
    }
    return setRegistryText(ownRoot(), own + L"\\shell\\open\\command", L"", ourCommand());
}

void removeOurClass(const std::wstring& extension) {
    for (const wchar_t* part : {L"\\shell\\open\\command", L"\\shell\\open", L"\\shell", L"\\DefaultIcon", L""}) {
        removeRegistryKey(ownRoot(), classKey(ourClass(extension)) + part);
    }
}

bool give(const std::wstring& extension) {
    const ReplacedValue ownClass = classOf(extension);
    const bool ours = textOr(ownRoot(), ownClass.key, L"", L"") == ourClass(extension);
    // Where an attempt was cut short, there is at least this.
    const bool begun = registryText(HKEY_CURRENT_USER, hiddenClasses, extension).has_value();
    if (!ours && !ownClass.isKept() && !begun) return false;
    // Whatever somebody else has set since stays.
    ours ? ownClass.putBack() : ownClass.forget();
    for (const ReplacedValue& value : {choiceOf(extension), progidOf(extension)}) {
        if (value.isKept()) registryValue(value.root, value.key, value.name) ? value.forget() : value.putBack();
    }
    removeRegistryValue(HKEY_CURRENT_USER, hiddenClasses, extension);
    if (isEmptyRegistryKey(ownRoot(), ownClass.key)) removeRegistryKey(ownRoot(), ownClass.key);
    // Last: until here a file of the kind still has somebody who opens it.
    removeOurClass(extension);
    return true;
}

bool take(const std::wstring& extension) {
    const std::wstring before = classInForce(extension);
    if (before == ourClass(extension)) {
        const std::wstring command = classKey(before) + L"\\shell\\open\\command";
        return textOr(ownRoot(), command, L"", L"") != ourCommand() &&
               setRegistryText(ownRoot(), command, L"", ourCommand());
    }
    give(extension);
    return setRegistryText(HKEY_CURRENT_USER, hiddenClasses, extension, before) && makeOurClass(extension, before) &&
           classOf(extension).replace(ourClass(extension)) && choiceOf(extension).hide() && progidOf(extension).hide();
}

}  // namespace

std::wstring extensionOf(const std::wstring& path) {
    const size_t dot = path.find_last_of(L".\\/");
    if (dot == path.npos || path[dot] != L'.') return L"";
    std::wstring extension = path.substr(dot + 1);
    // Those that the host names have no other letters.
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](wchar_t unit) { return unit >= L'A' && unit <= L'Z' ? static_cast<wchar_t>(unit + 32) : unit; });
    return extension;
}

std::optional<std::wstring> hiddenClassOf(const std::wstring& path) {
    const std::wstring extension = extensionOf(path);
    if (extension.empty() || classInForce(extension) != ourClass(extension)) return std::nullopt;
    const std::wstring hidden = textOr(HKEY_CURRENT_USER, hiddenClasses, extension, L"");
    // Whatever was written there since: the agent is no program behind itself.
    return hidden == ourClass(extension) ? L"" : hidden;
}

void takeExtensions(const std::set<std::wstring>& wanted, Log& log) {
    bool changed = false;
    // What an agent before has taken; those that it had only begun to take are among them.
    for (const std::wstring& taken : registryNames(HKEY_CURRENT_USER, hiddenClasses)) {
        if (wanted.count(taken) == 0) changed |= give(taken);
    }
    for (const std::wstring& extension : wanted) changed |= take(extension);
    if (!changed) return;
    SHChangeNotify(SHCNE_ASSOCCHANGED, SHCNF_IDLIST, nullptr, nullptr);
    log.write(LogLevel::info, "loans: the host opens files of " + std::to_string(wanted.size()) + " kinds");
}

}  // namespace xpane
