// What the agent does for its host, all of it on the main thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "channel/server.h"
#include "clipboard/clipboard.h"
#include "desktop/desktop.h"
#include "files/files.h"
#include "launch/launcher.h"
#include "loans/loan-desk.h"
#include "loans/loan-table.h"
#include "log/agent-log.h"
#include "notification-area/notification-area.h"
#include "process/guest-clock.h"
#include "process/install-status.h"
#include "process/options.h"
#include "printing/printing.h"
#include "start-menu/watcher.h"
#include "urls/link-relay.h"

namespace xpane {

class Agent : public HostService {
public:
    Agent(Server& server, AgentLog& log, const Options& options);

    // Serves until Windows asks this thread to quit.
    void run();

private:
    void serveOnce();
    // True: the server's event came.
    bool waitForWork(uint32_t atMostMs);
    void takeCatalogue();
    void publish(const PublishedShortcut& shortcut);
    void reportLaunches();
    void reportLog();
    void sayReady();
    void openFile(const FileOpen& open);
    void dropFiles(const FileDrop& drop);
    // Nothing if it is not published.
    const PublishedShortcut* published(const std::string& applicationId) const;

    Hello hello() override;
    bool keepSecret(const std::string& digits) override;
    void connected(const Welcome& welcome) override;
    void disconnected() override;
    void launch(const Launch& launch) override;
    void readLog(const LogRequest& request) override;
    void setTime(const SetTime& time) override;
    void command(const DesktopCommand& command) override;
    void command(const TrayCommand& command) override;
    void command(const LinkCommand& command) override;
    void command(const PrintCommand& command) override;
    std::string command(const FileCommand& command) override;
    std::string chunk(TransferChunk chunk) override;
    std::string command(const ClipboardCommand& command) override;
    std::string clipboardChunk(const TransferChunk& chunk) override;

    Server& server_;
    AgentLog& log_;
    const std::string instance_, system_;
    const std::wstring secretFile_, logFile_;
    StartMenuWatcher startMenu_;
    Launcher launcher_;
    LoanTable loans_;
    Files files_;
    Printing printing_;
    GuestClock clock_;
    std::unique_ptr<Desktop> desktop_;
    NotificationArea notificationArea_;
    InstallStatus installStatus_;
    LinkRelay links_;
    LoanDesk loanDesk_;
    Clipboard clipboard_;
    std::unique_ptr<const Catalogue> catalogue_;  // null until the first scan is done
    bool owesReady_ = false;  // a host was welcomed and still waits for `ready`
    uint64_t readyDueMs_ = 0;  // when it gets it even without the Start Menu
    bool quit_ = false;
};

}  // namespace xpane
