// Files that programs or the user of the guest open and that the host is to open: on their way there. They arrive from the
// processes that Windows starts for them (`--open-file`), as a copy of the path.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>

#include "channel/outbox.h"
#include "launch/launcher.h"
#include "loans/loan-table.h"
#include "log/log.h"
#include "protocol/commands.h"
#include "win/handles.h"

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
    static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wide, LPARAM other);
    void handleOne(const LoanHandling& handling);
    void handleOne(const LoanAnswer& answer);
    void handleOne(const LoanReturn& done) { loans_.forget(done.loanId); }
    // False: it is for whoever asked to open it.
    bool take(const COPYDATASTRUCT& data);
    bool isTooMany();
    void openHere(const std::string& loanId);

    Outbox& host_;
    LoanTable& loans_;
    Launcher& launcher_;
    Log& log_;
    UniqueWindow window_;
    std::set<std::wstring> wanted_;     // extensions, "pdf"
    std::set<std::string> unanswered_;  // loans
    std::deque<uint64_t> recent_;       // when the last ones came
    bool dropping_ = false;
};

// What `--open-file` does: the agent takes the file, or else it opens here. Returns the process's exit code.
unsigned handFileOver(const std::wstring& asked);

}  // namespace xpane
