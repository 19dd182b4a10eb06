#include "process/agent.h"

#include <algorithm>
#include <iterator>

#include "crypto/hex.h"
#include "files/document-store.h"
#include "log/log-tail.h"
#include "process/install-mark.h"
#include "process/small-file.h"
#include "process/system-name.h"
#include "protocol/limits.h"
#include "win/clock.h"
#include "win/random.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr char agentVersion[] = "0.1.0";
constexpr size_t instanceBytes = 8;
// A Start Menu, or documents, that cannot be read in this time (a dead network drive) does not keep the windows from the user.
constexpr uint64_t mostScanMs = 5000;

std::wstring installLogBeside(const std::wstring& agentLog) {
    return agentLog.substr(0, agentLog.find_last_of(L"\\/") + 1) + installMark::logName;
}

}  // namespace

Agent::Agent(Server& server, AgentLog& log, const Options& options)
    : server_(server),
      log_(log),
      instance_(hexOf(randomBytes(instanceBytes))),
      system_(systemName()),
      secretFile_(wideFrom(options.secretFile)),
      logFile_(wideFrom(options.logFile)),
      startMenu_(log),
      launcher_(log),
      loans_(localAppData()),
      files_(server, loans_),
      printing_(server, log),
      clock_(options.clockProgram, log),
      desktop_(makeDesktop(server, log, options.screenProgram)),
      notificationArea_(server, log),
      installStatus_(server),
      links_(server, log),
      loanDesk_(server, loans_, launcher_, log),
      clipboard_(server, loans_, log) {
    server_.serve(*this);
}

void Agent::run() {
    while (!quit_) serveOnce();
}

void Agent::serveOnce() {
    uint32_t waitMs = std::min<uint32_t>(desktop_->tick(), server_.msToDeadline());
    waitMs = std::min(waitMs, notificationArea_.tick());
    waitMs = std::min(waitMs, installStatus_.tick());
    if (owesReady_) waitMs = std::min<uint32_t>(waitMs, static_cast<uint32_t>(mostScanMs));
    const bool hostSpoke = waitForWork(waitMs);
    // What the host wants comes first: a key waits for nothing else.
    server_.service(hostSpoke);
    MSG message;
    while (PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE)) {
        if (message.message == WM_QUIT) quit_ = true;
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    takeCatalogue();
    reportLaunches();
    files_.tick();
    clipboard_.tick();
    printing_.tick();
    reportLog();
    sayReady();
}

bool Agent::waitForWork(uint32_t atMostMs) {
    const HANDLE events[] = {server_.event(), launcher_.event(), startMenu_.event(), files_.event(),
                             clipboard_.event(), printing_.event(), desktop_->event()};
    const DWORD count = static_cast<DWORD>(std::size(events)) - (desktop_->event() ? 0 : 1);
    const DWORD came = MsgWaitForMultipleObjectsEx(count, events, atMostMs, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    // Of several events the first is named, the server's; messages may be named before any event.
    return came == WAIT_OBJECT_0 ||
           (came == WAIT_OBJECT_0 + count && WaitForSingleObject(server_.event(), 0) == WAIT_OBJECT_0);
}

void Agent::takeCatalogue() {
    auto newest = startMenu_.take();
    if (!newest) return;
    const auto before = std::exchange(catalogue_, std::move(newest));
    // A host that came before the first scan gets all of it now; later ones get it when they connect.
    const CatalogueChanges changes = changesBetween(before ? *before : Catalogue(), *catalogue_);
    for (const std::string& id : changes.withdrawn) server_.control(withdrawnMessage(id));
    for (const std::string& id : changes.published) publish(catalogue_->at(id));
}

void Agent::publish(const PublishedShortcut& shortcut) {
    if (shortcut.icon) server_.binary(encodeIcon(*shortcut.application.icon, *shortcut.icon));
    server_.control(publishedMessage(shortcut.application));
}

void Agent::reportLaunches() {
    for (const LaunchResult& result : launcher_.takeResults()) {
        log_.write(LogLevel::info, std::string("launch: ") + nameOf(result.outcome) + ", process " +
                                       std::to_string(result.processId) + ", error " +
                                       std::to_string(result.systemError));
        files_.launched(result);
        // 0: nobody at the host waits for it.
        if (result.requestId != 0) server_.control(launchResultMessage(result));
    }
}

void Agent::reportLog() {
    if (!server_.connected()) return;
    for (const auto& line : log_.takeForHost()) server_.control(logMessage(line.level, line.text));
}

void Agent::sayReady() {
    const bool hasAll = catalogue_ && files_.hasToldAll();
    if (!owesReady_ || (!hasAll && nowMs() < readyDueMs_)) return;
    if (!files_.hasToldAll()) log_.write(LogLevel::warn, "files: not read yet, the host is told without them");
    if (!catalogue_) log_.write(LogLevel::warn, "start menu: not read yet, the host is told without it");
    server_.control(readyMessage());
    owesReady_ = false;
}

Hello Agent::hello() {
    const DesktopFacts facts = desktop_->facts();
    std::vector<std::string> capabilities{"links", "unicode-text", "log-request", "associations", "clipboard"};
    if (files_.works()) {
        capabilities.insert(capabilities.end(), {"files", "files-expect", "file-drop", "loans", "shares"});
        capabilities.insert(capabilities.end(), {"transfer-window", "clipboard-files"});
    }
    if (printing_.works()) capabilities.push_back("printing");
    return {agentVersion, instance_, system_, facts.captureBackend, capabilities, facts.width, facts.height};
}

void Agent::connected(const Welcome& welcome) {
    log_.write(LogLevel::info, "channel: the host is connected");
    if (catalogue_) {
        for (const auto& entry : *catalogue_) publish(entry.second);
    }
    desktop_->connected(welcome);
    notificationArea_.connected();
    installStatus_.connected();
    files_.connected(welcome.fileWindowBytes);
    clipboard_.connected();
    printing_.connected();
    owesReady_ = true;
    readyDueMs_ = nowMs() + mostScanMs;
}

void Agent::disconnected() {
    owesReady_ = false;
    desktop_->disconnected();
    notificationArea_.disconnected();
    installStatus_.disconnected();
    links_.disconnected();
    loanDesk_.disconnected();
    files_.disconnected();
    clipboard_.disconnected();
    printing_.disconnected();
}

bool Agent::keepSecret(const std::string& digits) { return replaceContent(secretFile_, digits); }

const PublishedShortcut* Agent::published(const std::string& applicationId) const {
    if (!catalogue_) return nullptr;
    const auto found = catalogue_->find(applicationId);
    return found == catalogue_->end() ? nullptr : &found->second;
}

void Agent::launch(const Launch& launch) {
    const PublishedShortcut* application = published(launch.applicationId);
    if (application) return launcher_.launch(launch.requestId, application->path);
    server_.control(launchResultMessage({launch.requestId, LaunchOutcome::notPublished, 0, 0}));
}

void Agent::readLog(const LogRequest& request) {
    const bool own = request.log == GuestLog::agent;
    const LogTail tail = tailOf(own ? logFile_ : installLogBeside(logFile_), mostLogTailLength);
    const std::string end = !tail.found ? "missing" : tail.cut ? "cut" : "whole";
    std::string_view left = tail.text;
    do {
        const std::string part = cutToUnits(left, mostLogPartLength);
        left.remove_prefix(part.size());
        server_.control(logPartMessage(request.requestId, part, left.empty() ? end : ""));
    } while (!left.empty());
}

void Agent::setTime(const SetTime& time) { clock_.set(time.unixMs); }

void Agent::command(const DesktopCommand& command) { desktop_->handle(command); }

void Agent::command(const LinkCommand& command) {
    if (const auto* link = std::get_if<OpenUrl>(&command)) launcher_.openLink(link->requestId, link->url);
    if (const auto* handling = std::get_if<LinkHandling>(&command)) links_.handle(*handling);
}

void Agent::command(const PrintCommand& command) { printing_.handle(command); }

void Agent::command(const TrayCommand& command) {
    std::visit([this](const auto& one) { notificationArea_.handle(one); }, command);
}

std::string Agent::command(const FileCommand& command) {
    if (const auto* open = std::get_if<FileOpen>(&command)) openFile(*open);
    if (const auto* drop = std::get_if<FileDrop>(&command)) dropFiles(*drop);
    if (const auto* loan = std::get_if<LoanCommand>(&command)) loanDesk_.handle(*loan);
    return files_.handle(command);
}

std::string Agent::chunk(TransferChunk chunk) { return files_.receive(std::move(chunk)); }

std::string Agent::command(const ClipboardCommand& command) { return clipboard_.handle(command); }

std::string Agent::clipboardChunk(const TransferChunk& chunk) { return clipboard_.receive(chunk); }

void Agent::openFile(const FileOpen& open) {
    const auto path = files_.pathToOpen(open.file);
    const PublishedShortcut* application = open.applicationId ? published(*open.applicationId) : nullptr;
    if (!path || (open.applicationId && !application)) {
        return server_.control(launchResultMessage({open.requestId, LaunchOutcome::notPublished, 0, 0}));
    }
    files_.opening(open.requestId, open.file);
    launcher_.open(open.requestId, *path, application ? application->path : L"");
}

void Agent::dropFiles(const FileDrop& drop) {
    LaunchResult result{drop.requestId, LaunchOutcome::notPublished, 0, 0};
    std::vector<std::wstring> paths;
    for (const FileName& file : drop.files) {
        auto path = files_.pathToOpen(file);
        if (!path) return server_.control(launchResultMessage(result));
        paths.push_back(std::move(*path));
    }
    for (const FileName& file : drop.files) files_.opening(drop.requestId, file);
    result.processId = desktop_->drop(drop, paths);
    result.outcome = result.processId == 0 ? LaunchOutcome::notTaken : LaunchOutcome::started;
    files_.launched(result);
    server_.control(launchResultMessage(result));
}

}  // namespace xpane
