#include "printing/printing.h"

#include <stdexcept>

#include "files/document-store.h"
#include "printing/print-worker.h"
#include "win/thread.h"

namespace xpane {
namespace {

constexpr DWORD stopMs = 2000;

}  // namespace

Printing::Printing(Outbox& host, Log& log) : host_(host), stop_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {
    const std::wstring base = localAppData();
    if (base.empty()) return;
    thread_ = startThread([this, base, &log] { PrintWorker(base, tasks_, words_, log).run(stop_.get()); });
    if (!thread_) throw std::runtime_error("no thread for printing: error " + std::to_string(GetLastError()));
}

Printing::~Printing() {
    if (!thread_) return;
    SetEvent(stop_.get());
    // A spooler that hangs uses this object: rather end the whole process, which is ending anyway.
    if (WaitForSingleObject(thread_.get(), stopMs) != WAIT_OBJECT_0) TerminateProcess(GetCurrentProcess(), 0);
}

void Printing::connected() {
    connection_ = ++lastConnection_;
    tasks_.post(PrintHostChanged{connection_});
}

void Printing::disconnected() {
    connection_ = 0;
    tasks_.post(PrintHostChanged{0});
}

void Printing::handle(const PrintCommand& command) {
    std::visit([this](const auto& one) { tasks_.post(one); }, command);
}

void Printing::tick() {
    for (const PrintWord& word : words_.take()) {
        if (word.connection == connection_ && connection_ != 0) host_.control(word.message);
    }
}

}  // namespace xpane
