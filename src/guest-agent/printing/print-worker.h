// Printers and the spool folder, on a thread of their own: neither the channel nor the windows wait for the system's
// spooler, or for a disk.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "files/folder-watch.h"
#include "log/log.h"
#include "printing/print-jobs.h"
#include "printing/print-spool.h"
#include "printing/printer-port.h"
#include "printing/printer-set.h"
#include "win/mailbox.h"

namespace xpane {

class PrintWorker {
public:
    // All but `base` outlive it. All of it is used on one thread.
    PrintWorker(const std::wstring& base, Mailbox<PrintTask>& tasks, Mailbox<PrintWord>& words, Log& log);

    // Until `stop` is set.
    void run(HANDLE stop);

private:
    bool wait(HANDLE stop);
    void handle(const PrintHostChanged& task);
    void handle(const PrinterList& list);
    void handle(const PrintDone& done);
    void look();

    Mailbox<PrintTask>& tasks_;
    Mailbox<PrintWord>& words_;
    Log& log_;
    PrintSpool spool_;
    std::unique_ptr<PrinterPorts> ports_;
    PrinterSet printers_;
    std::unique_ptr<FolderWatch> watch_;  // once there is a folder
    std::set<std::string> told_;          // jobs, to this host
    uint32_t connection_ = 0;
};

}  // namespace xpane
