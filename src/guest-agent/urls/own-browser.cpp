#include "urls/own-browser.h"

#include <vector>

#include "urls/handlers.h"
#include "urls/safe-url.h"
#include "win/com.h"
#include "win/handles.h"
#include "win/unicode.h"

#include <shellapi.h>

namespace xpane {
namespace {

Started run(const std::wstring& command) {
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION started{};
    std::wstring writable = command;
    if (!CreateProcessW(nullptr, writable.data(), nullptr, nullptr, FALSE, CREATE_DEFAULT_ERROR_MODE, nullptr, nullptr,
                        &startup, &started)) {
        return {0, GetLastError()};
    }
    const UniqueHandle process(started.hProcess), thread(started.hThread);
    return {started.dwProcessId, 0};
}

Started byShell(const std::string& url) {
    const ComApartment apartment;
    const std::wstring file = wideFrom(url);
    SHELLEXECUTEINFOW start{};
    start.cbSize = sizeof start;
    start.fMask = SEE_MASK_NOCLOSEPROCESS | SEE_MASK_FLAG_NO_UI | SEE_MASK_FLAG_DDEWAIT;
    start.nShow = SW_SHOWNORMAL;
    start.lpVerb = L"open";
    start.lpFile = file.c_str();
    if (!ShellExecuteExW(&start)) return {0, GetLastError()};
    const UniqueHandle process(start.hProcess);
    return {process ? GetProcessId(process.get()) : 0, 0};
}

}  // namespace

Started openInGuest(const std::string& url) {
    if (!isSafeUrl(url)) return {0, ERROR_INVALID_PARAMETER};
    const GuestHandler handler = guestHandlerOf(schemeOf(url));
    if (!handler.byCommand) return byShell(url);
    if (handler.command.empty()) return {0, ERROR_NO_ASSOCIATION};
    return run(commandFor(handler.command, url));
}

}  // namespace xpane
