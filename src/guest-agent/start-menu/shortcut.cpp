#include "start-menu/shortcut.h"

#include "win/com.h"

#include <shlobj.h>

namespace xpane {
namespace {

constexpr int mostUnits = 1024;  // of a text, as the protocol has it

// Asks `ask` for a text of at most `mostUnits`; empty if it has none.
template <typename Ask>
std::wstring textFrom(Ask ask) {
    wchar_t text[mostUnits + 1] = L"";
    return SUCCEEDED(ask(text, mostUnits)) ? std::wstring(text) : std::wstring();
}

std::wstring expanded(const std::wstring& text) {
    wchar_t result[mostUnits + 1] = L"";
    const DWORD length = ExpandEnvironmentStringsW(text.c_str(), result, mostUnits);
    return length > 0 && length <= mostUnits ? std::wstring(result) : text;
}

DWORD flagsOf(const ComPointer<IShellLinkW>& link) {
    ComPointer<IShellLinkDataList> data;
    DWORD flags = 0;
    if (SUCCEEDED(link->QueryInterface(IID_IShellLinkDataList, data.out()))) data->GetFlags(&flags);
    return flags;
}

}  // namespace

std::optional<Shortcut> shortcutAt(const std::wstring& path) {
    ComPointer<IShellLinkW> link;
    ComPointer<IPersistFile> file;
    if (FAILED(CoCreateInstance(CLSID_ShellLink, nullptr, CLSCTX_INPROC_SERVER, IID_IShellLinkW, link.out())) ||
        FAILED(link->QueryInterface(IID_IPersistFile, file.out())) || FAILED(file->Load(path.c_str(), STGM_READ))) {
        return std::nullopt;
    }
    Shortcut shortcut;
    shortcut.target = textFrom([&](wchar_t* text, int size) { return link->GetPath(text, size, nullptr, 0); });
    shortcut.arguments = textFrom([&](wchar_t* text, int size) { return link->GetArguments(text, size); });
    shortcut.iconFile = expanded(textFrom(
        [&](wchar_t* text, int size) { return link->GetIconLocation(text, size, &shortcut.iconIndex); }));
    shortcut.workingFolder = expanded(
        textFrom([&](wchar_t* text, int size) { return link->GetWorkingDirectory(text, size); }));
    link->GetShowCmd(&shortcut.showCommand);
    shortcut.forShellOnly = shortcut.target.empty() || (flagsOf(link) & (SLDF_HAS_DARWINID | SLDF_RUNAS_USER)) != 0;
    return shortcut;
}

}  // namespace xpane
