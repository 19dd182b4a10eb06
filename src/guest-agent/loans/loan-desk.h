// Files that programs or the user of the guest open and that the host is to open: on their way there. They arrive from the
// processes that Windows starts for them (`--open-file`), as a copy of the path.
#pragma once

#include <set>
#include <string>

#include "channel/outbox.h"
#include "launch/launcher.h"
#include "loans/loan-table.h"
#include "log/log.h"
#include "process/hand-over.h"
#include "protocol/commands.h"

namespace xpane {

class LoanDesk {
public:
    LoanDesk(Outbox& host, LoanTable& loans, Launcher& launcher, Log& log);
    LoanDesk(const LoanDesk&) = delete;
    LoanDesk& operator=(const LoanDesk&) = delete;

    void handle(const LoanCommand& command);
    // What the host has not answered opens here, as everything until the next host says what it wants.
    void disconnected();

private:
    void handleOne(const LoanHandling& handling);
    void handleOne(const LoanAnswer& answer);
    void handleOne(const LoanReturn& done) { loans_.forget(done.loanId); }
    // False: it is for whoever asked to open it.
    bool take(const std::wstring& path);
    void openHere(const std::string& loanId);

    Outbox& host_;
    LoanTable& loans_;
    Launcher& launcher_;
    Log& log_;
    std::set<std::wstring> wanted_;     // extensions, "pdf"
    std::set<std::string> unanswered_;  // loans
    HandOver handOver_;
};

// What `--open-file` does: the agent takes the file, or else it opens here. Returns the process's exit code.
unsigned handFileOver(const std::wstring& asked);

}  // namespace xpane
