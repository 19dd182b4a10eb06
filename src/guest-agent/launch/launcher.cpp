#include "launch/launcher.h"

#include "launch/user-session.h"
#include "loans/associations.h"
#include "start-menu/shortcut.h"
#include "urls/own-browser.h"
#include "win/com.h"
#include "win/thread.h"

#include <shellapi.h>

namespace xpane {
namespace {

constexpr LONG mostAtOnce = 16;
// No dialog of the shell's own: the host tells the user. The thread ends after the call, so DDE must finish.
constexpr ULONG requestFlags = SEE_MASK_NOCLOSEPROCESS | SEE_MASK_FLAG_NO_UI | SEE_MASK_FLAG_DDEWAIT;

// Programs start with Windows' own error mode, not with the agent's (they would inherit it).
class DefaultErrorMode {
public:
    DefaultErrorMode() : before_(SetErrorMode(0)) {}
    ~DefaultErrorMode() { SetErrorMode(before_); }
    DefaultErrorMode(const DefaultErrorMode&) = delete;
    DefaultErrorMode& operator=(const DefaultErrorMode&) = delete;

private:
    UINT before_;
};

LaunchResult failure(uint32_t requestId, uint32_t systemError) {
    return {requestId, outcomeOf(systemError), 0, systemError};
}

bool isFolder(const std::wstring& path) {
    const DWORD attributes = GetFileAttributesW(path.c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

// The target itself rather than the shortcut, where that comes to the same: for a shortcut Wine does not tell the
// process, and Windows goes looking all over the disk for a target that is gone. Points into its arguments.
SHELLEXECUTEINFOW requestFor(const Shortcut& shortcut, const std::wstring& shortcutPath) {
    SHELLEXECUTEINFOW start{};
    start.cbSize = sizeof start;
    start.fMask = requestFlags;
    start.nShow = SW_SHOWNORMAL;
    start.lpFile = shortcutPath.c_str();
    if (shortcut.forShellOnly) return start;
    start.lpFile = shortcut.target.c_str();
    start.lpParameters = shortcut.arguments.c_str();
    start.nShow = shortcut.showCommand;
    // A folder that is gone must not keep the program from starting.
    if (isFolder(shortcut.workingFolder)) start.lpDirectory = shortcut.workingFolder.c_str();
    return start;
}

bool isThere(const std::wstring& path) { return GetFileAttributesW(path.c_str()) != INVALID_FILE_ATTRIBUTES; }

LaunchResult execute(uint32_t requestId, SHELLEXECUTEINFOW& start) {
    const DefaultErrorMode errorMode;
    if (!ShellExecuteExW(&start)) return failure(requestId, GetLastError());
    const UniqueHandle process(start.hProcess);
    return {requestId, LaunchOutcome::started, process ? GetProcessId(process.get()) : 0, 0};
}

LaunchResult openLinkNow(uint32_t requestId, const std::string& url) {
    if (!isUserSessionThere()) return {requestId, LaunchOutcome::noSession, 0, 0};
    const DefaultErrorMode errorMode;
    const Started started = openInGuest(url);
    if (started.systemError != 0) return failure(requestId, started.systemError);
    return {requestId, LaunchOutcome::started, started.processId, 0};
}

// `file`: what the application is to open, if anything.
LaunchResult startNow(uint32_t requestId, const std::wstring& shortcutPath, const std::wstring& file) {
    if (!isUserSessionThere()) return {requestId, LaunchOutcome::noSession, 0, 0};
    if (!isThere(shortcutPath)) return failure(requestId, GetLastError());
    const ComApartment apartment;
    auto shortcut = shortcutAt(shortcutPath);
    if (!shortcut) return failure(requestId, ERROR_BAD_FORMAT);
    // Shells add what they are given to a shortcut's own arguments; where the target is started, this does. No name
    // of a file has a quote in it.
    const std::wstring quoted = file.empty() ? L"" : L'"' + file + L'"';
    if (!quoted.empty()) shortcut->arguments += (shortcut->arguments.empty() ? L"" : L" ") + quoted;
    SHELLEXECUTEINFOW start = requestFor(*shortcut, shortcutPath);
    if (shortcut->forShellOnly && !quoted.empty()) start.lpParameters = quoted.c_str();
    return execute(requestId, start);
}

}  // namespace

struct Launcher::Shared {
    Mailbox<LaunchResult> results;
    volatile LONG running = 0;
};

Launcher::Launcher(Log& log) : shared_(std::make_shared<Shared>()), log_(log) {}

HANDLE Launcher::event() const { return shared_->results.event(); }
std::vector<LaunchResult> Launcher::takeResults() { return shared_->results.take(); }

void Launcher::launch(uint32_t requestId, std::wstring shortcutPath) {
    start(requestId, [requestId, path = std::move(shortcutPath)] { return startNow(requestId, path, L""); });
}

void Launcher::open(uint32_t requestId, std::wstring filePath, std::wstring shortcutPath) {
    start(requestId, [requestId, file = std::move(filePath), shortcut = std::move(shortcutPath)] {
        if (shortcut.empty()) return openFileNow(requestId, file);
        return isThere(file) ? startNow(requestId, shortcut, file) : failure(requestId, GetLastError());
    });
}

void Launcher::openLink(uint32_t requestId, std::string url) {
    start(requestId, [requestId, url = std::move(url)] { return openLinkNow(requestId, url); });
}

void Launcher::start(uint32_t requestId, std::function<LaunchResult()> work) {
    if (InterlockedIncrement(&shared_->running) > mostAtOnce) {
        InterlockedDecrement(&shared_->running);
        log_.write(LogLevel::warn, "launch: too many starts at once");
        return shared_->results.post(failure(requestId, ERROR_BUSY));
    }
    const UniqueHandle thread = startThread([shared = shared_, work = std::move(work)] {
        shared->results.post(work());
        InterlockedDecrement(&shared->running);
    });
    if (thread) return;
    shared_->results.post(failure(requestId, GetLastError()));
    InterlockedDecrement(&shared_->running);
}

LaunchResult openFileNow(uint32_t requestId, const std::wstring& file) {
    if (!isUserSessionThere()) return {requestId, LaunchOutcome::noSession, 0, 0};
    if (!isThere(file)) return failure(requestId, GetLastError());
    const ComApartment apartment;
    const std::wstring folder = file.substr(0, file.rfind(L'\\'));
    SHELLEXECUTEINFOW start{};
    start.cbSize = sizeof start;
    start.fMask = requestFlags;
    start.nShow = SW_SHOWNORMAL;
    start.lpFile = file.c_str();
    start.lpDirectory = folder.c_str();
    // Where the agent stands before the application.
    const auto hidden = hiddenClassOf(file);
    if (hidden && hidden->empty()) return failure(requestId, ERROR_NO_ASSOCIATION);
    if (hidden) {
        start.fMask |= SEE_MASK_CLASSNAME;
        start.lpClass = hidden->c_str();
    }
    const LaunchResult result = execute(requestId, start);
    // What no application is known for, Wine takes for a program.
    return result.systemError == ERROR_BAD_EXE_FORMAT ? failure(requestId, ERROR_NO_ASSOCIATION) : result;
}

LaunchOutcome outcomeOf(uint32_t systemError) {
    switch (systemError) {
        case ERROR_FILE_NOT_FOUND:
        case ERROR_PATH_NOT_FOUND:
        case ERROR_INVALID_DRIVE:
        case ERROR_BAD_NETPATH:
        case ERROR_BAD_PATHNAME:
        case ERROR_MOD_NOT_FOUND:
        case ERROR_NO_ASSOCIATION:
            return LaunchOutcome::notFound;
        case ERROR_ACCESS_DENIED:
        case ERROR_ACCESS_DISABLED_BY_POLICY:
            return LaunchOutcome::accessDenied;
        default:
            return LaunchOutcome::failed;
    }
}

}  // namespace xpane
