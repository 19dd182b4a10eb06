// Printers of the host in the guest: what programs print on them goes to the host as PostScript. This is the main
// thread's part; printers and files are PrintWorker's.
#pragma once

#include <cstdint>

#include "channel/outbox.h"
#include "log/log.h"
#include "printing/print-jobs.h"
#include "win/mailbox.h"

namespace xpane {

class Printing {
public:
    // Throws std::runtime_error if Windows gives no thread.
    Printing(Outbox& host, Log& log);
    ~Printing();
    Printing(const Printing&) = delete;
    Printing& operator=(const Printing&) = delete;

    // False: this user has no place for jobs.
    bool works() const { return static_cast<bool>(thread_); }
    void connected();
    void disconnected();
    void handle(const PrintCommand& command);

    // Set while there is something to tell.
    HANDLE event() const { return words_.event(); }
    void tick();

private:
    Outbox& host_;
    uint32_t connection_ = 0, lastConnection_ = 0;
    UniqueHandle stop_;
    Mailbox<PrintTask> tasks_;
    Mailbox<PrintWord> words_;
    UniqueHandle thread_;  // last: it uses the mailboxes
};

}  // namespace xpane
