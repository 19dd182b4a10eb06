#include "associations/associations.h"

#include "associations/command-program.h"
#include "protocol/limits.h"
#include "win/registry.h"
#include "win/windows.h"

namespace xpane {
namespace {

constexpr wchar_t chosenByUser[] = L"Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\FileExts\\";

std::wstring classText(const std::wstring& key) { return registryText(HKEY_CLASSES_ROOT, key, L"").value_or(L""); }

// Asks `ask` for a path, given room for so many units.
template <typename Ask>
std::wstring pathFrom(Ask ask) {
    wchar_t path[MAX_PATH] = L"";
    const DWORD length = ask(path, static_cast<DWORD>(MAX_PATH));
    return length > 0 && length < MAX_PATH ? std::wstring(path, length) : L"";
}

std::wstring lowered(std::wstring text) {
    CharLowerBuffW(text.data(), static_cast<DWORD>(text.size()));
    return text;
}

std::wstring windowsFolder() {
    return lowered(pathFrom([](wchar_t* path, DWORD units) { return GetWindowsDirectoryW(path, units); })) + L"\\";
}

// The same for every way to write a program's path: a name without a folder, short names, Windows' programs that lie in
// two of its folders. Variables are replaced already.
std::wstring programKey(const std::wstring& program) {
    std::wstring path = program;
    if (path.find(L'\\') == path.npos) {
        path = pathFrom([&](wchar_t* found, DWORD units) {
            return SearchPathW(nullptr, program.c_str(), L".exe", units, found, nullptr);
        });
    }
    std::wstring whole = pathFrom([&](wchar_t* found, DWORD units) { return GetLongPathNameW(path.c_str(), found, units); });
    whole = lowered(whole.empty() ? path : whole);
    const std::wstring windows = windowsFolder();
    if (whole.compare(0, windows.size(), windows) != 0) return whole;
    return L"%windir%\\" + whole.substr(whole.rfind(L'\\') + 1);
}

std::wstring expanded(const std::wstring& command) {
    wchar_t whole[1024] = L"";
    const DWORD units = ExpandEnvironmentStringsW(command.c_str(), whole, 1024);
    return units > 0 && units <= 1024 ? std::wstring(whole) : command;
}

// Of a class; `Applications\x.exe` is one, too.
std::wstring programOfClass(const std::wstring& name) {
    const std::wstring shell = name + L"\\shell";
    std::wstring verb = classText(shell);
    verb = verb.substr(0, verb.find_first_of(L", "));
    std::wstring command = verb.empty() ? L"" : classText(shell + L"\\" + verb + L"\\command");
    if (command.empty()) command = classText(shell + L"\\open\\command");
    const std::wstring program = programIn(expanded(command));
    return program.empty() ? L"" : programKey(program);
}

class Reader {
public:
    void readExtension(const std::wstring& key, const std::string& extension) {
        std::set<std::wstring> classes{classText(key)};
        for (const std::wstring& offered : registryNames(HKEY_CLASSES_ROOT, key + L"\\OpenWithProgids")) classes.insert(offered);
        const std::wstring choice = chosenByUser + key;
        classes.insert(registryText(HKEY_CURRENT_USER, choice, L"Progid").value_or(L""));
        const auto application = registryText(HKEY_CURRENT_USER, choice, L"Application");
        if (application) classes.insert(L"Applications\\" + *application);
        for (const std::wstring& name : classes) add(name, extension);
    }

    void readApplication(const std::wstring& name) {
        for (const std::wstring& type : registryNames(HKEY_CLASSES_ROOT, name + L"\\SupportedTypes")) {
            const std::string extension = extensionIn(type);
            if (!extension.empty()) add(name, extension);
        }
    }

    Associations take() { return std::move(associations_); }

private:
    void add(const std::wstring& className, const std::string& extension) {
        if (className.empty()) return;
        const auto known = programs_.find(className);
        const std::wstring& program =
            known != programs_.end() ? known->second : programs_.emplace(className, programOfClass(className)).first->second;
        if (!program.empty()) associations_[program].insert(extension);
    }

    Associations associations_;
    std::map<std::wstring, std::wstring> programs_;  // by class; empty: none
};

}  // namespace

Associations readAssociations() {
    Reader reader;
    for (const std::wstring& key : registryKeys(HKEY_CLASSES_ROOT, L"")) {
        const std::string extension = extensionIn(key);
        if (!extension.empty()) reader.readExtension(key, extension);
    }
    for (const std::wstring& name : registryKeys(HKEY_CLASSES_ROOT, L"Applications")) {
        reader.readApplication(L"Applications\\" + name);
    }
    return reader.take();
}

std::vector<std::string> extensionsOf(const Associations& associations, const std::wstring& target,
                                      const std::wstring& arguments) {
    std::vector<std::string> extensions;
    if (target.empty() || !arguments.empty()) return extensions;
    const auto found = associations.find(programKey(target));
    if (found == associations.end()) return extensions;
    for (const std::string& extension : found->second) {
        if (extensions.size() < mostExtensions) extensions.push_back(extension);
    }
    return extensions;
}

}  // namespace xpane
