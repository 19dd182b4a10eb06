#include "printing/print-worker.h"

#include <stdexcept>

#include "protocol/encode-print.h"
#include "protocol/limits.h"

namespace xpane {
namespace {

constexpr DWORD lookAgainMs = 5000;  // Wine does not tell of everything

}  // namespace

PrintWorker::PrintWorker(const std::wstring& base, Mailbox<PrintTask>& tasks, Mailbox<PrintWord>& words, Log& log)
    : tasks_(tasks),
      words_(words),
      log_(log),
      spool_(printFolder(base), log),
      ports_(printerPorts(printFolder(base), log)),
      printers_(printFolder(base), *ports_, log) {}

void PrintWorker::run(HANDLE stop) {
    // The windows come first: a printer may take a second more.
    SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL);
    // What is printed before a host comes is kept, too.
    ports_->serve(printers_.made());
    while (wait(stop)) {
        for (const PrintTask& task : tasks_.take()) {
            std::visit([this](const auto& one) { handle(one); }, task);
        }
        look();
    }
}

// False when it is time to stop.
bool PrintWorker::wait(HANDLE stop) {
    const HANDLE events[] = {stop, tasks_.event(), watch_ ? watch_->event() : nullptr};
    const DWORD waitMs = watch_ && connection_ != 0 ? lookAgainMs : INFINITE;
    const DWORD came = WaitForMultipleObjects(watch_ ? 3 : 2, events, FALSE, waitMs);
    if (watch_ && WaitForSingleObject(watch_->event(), 0) == WAIT_OBJECT_0) watch_->again();
    return came != WAIT_OBJECT_0;
}

void PrintWorker::handle(const PrintHostChanged& task) {
    connection_ = task.connection;
    told_.clear();
}

void PrintWorker::handle(const PrinterList& list) {
    if (!printers_.differs(list)) return;
    if (!spool_.make()) {
        log_.write(LogLevel::warn, "printing: no folder, error " + std::to_string(GetLastError()));
        return;
    }
    std::vector<std::string> ids;
    for (const Printer& printer : list.printers) ids.push_back(printer.printerId);
    try {
        ports_->serve(ids);
        printers_.apply(list);
    } catch (const std::runtime_error& error) {
        log_.write(LogLevel::warn, std::string("printing: ") + error.what());
    }
}

void PrintWorker::handle(const PrintDone& done) {
    spool_.remove(done.jobId);
    told_.erase(done.jobId);
}

void PrintWorker::look() {
    if (!watch_ && spool_.exists()) watch_ = std::make_unique<FolderWatch>(spool_.folder());
    if (!watch_ || connection_ == 0) return;
    for (const SpooledJob& job : spool_.look()) {
        if (told_.count(job.jobId) == 0 && told_.size() == mostPrintJobs) continue;
        if (told_.insert(job.jobId).second) words_.post({connection_, printJobMessage(job)});
    }
}

}  // namespace xpane
