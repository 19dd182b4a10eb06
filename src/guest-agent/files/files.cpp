#include "files/files.h"

#include <stdexcept>

#include "files/disk-worker.h"
#include "files/file-kinds.h"
#include "printing/print-spool.h"
#include "protocol/limits.h"
#include "win/thread.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr DWORD stopMs = 2000;
// More content than this is not put before what windows have to say; the socket takes it in some milliseconds.
constexpr size_t mostQueuedContentBytes = 512 * 1024;

std::u16string programExtensions() {
    constexpr DWORD mostUnits = 1024;
    wchar_t text[mostUnits] = L"";
    const DWORD units = GetEnvironmentVariableW(L"PATHEXT", text, mostUnits);
    return units < mostUnits ? std::u16string(text, text + units) : std::u16string();
}

}  // namespace

Files::Files(Outbox& host, LoanTable& loans)
    : host_(host),
      base_(localAppData()),
      programs_(programExtensions()),
      stop_(CreateEventW(nullptr, TRUE, FALSE, nullptr)),
      thread_(startThread([this, &loans] { DiskWorker(base_, loans, jobs_, words_).run(stop_.get()); })) {
    if (!thread_) throw std::runtime_error("no thread for files: error " + std::to_string(GetLastError()));
}

Files::~Files() {
    SetEvent(stop_.get());
    // A disk that hangs uses this object: rather end the whole process, which is ending anyway.
    if (WaitForSingleObject(thread_.get(), stopMs) != WAIT_OBJECT_0) TerminateProcess(GetCurrentProcess(), 0);
}

void Files::connected(int64_t windowBytes) {
    transfers_.clear(windowBytes);
    toSay_.clear();
    hasToldAll_ = false;
    connection_ = ++lastConnection_;
    jobs_.post(HostChanged{connection_, windowBytes});
}

void Files::disconnected() {
    connection_ = 0;
    toSay_.clear();
    openings_.clear();
    jobs_.post(HostChanged{});
}

std::string Files::handle(const FileCommand& command) {
    return std::visit(
        [this](const auto& one) {
            std::string violation;
            using One = std::decay_t<decltype(one)>;
            if constexpr (!std::is_same_v<One, FileOpen> && !std::is_same_v<One, FileDrop> &&
                          !std::is_same_v<One, LoanCommand>) {
                violation = check(one);
                if (violation.empty()) post(one);
            }
            return violation;
        },
        command);
}

void Files::post(const PrintGet& get) { jobs_.post(PathGet{get.transferId, printJobPath(base_, get.jobId)}); }

std::string Files::receive(TransferChunk chunk) {
    std::string violation = transfers_.receive(chunk);
    if (violation.empty() && transfers_.isOpen(chunk.transferId)) jobs_.post(std::move(chunk));
    return violation;
}

std::optional<std::wstring> Files::pathToOpen(const FileName& file) const {
    if (isProgramName(utf16From(file.path.back()), programs_)) return std::nullopt;
    return documentPath(base_, file);
}

void Files::launched(const LaunchResult& result) {
    const auto [first, end] = openings_.equal_range(result.requestId);
    for (auto opening = first; opening != end; ++opening) {
        UniqueHandle process(result.processId == 0 ? nullptr : OpenProcess(SYNCHRONIZE, FALSE, result.processId));
        if (process) jobs_.post(DocumentOpened{opening->second, std::move(process)});
    }
    openings_.erase(first, end);
}

void Files::tick() {
    for (FileWord& word : words_.take()) take(std::move(word));
    while (!toSay_.empty() && say(toSay_.front())) toSay_.pop_front();
}

// What is for a host that has gone is dropped here.
void Files::take(FileWord word) {
    if (word.connection == connection_ && connection_ != 0) toSay_.push_back(std::move(word));
}

// False: later, when the connection has taken what waits already.
bool Files::say(FileWord& word) {
    switch (word.kind) {
        case FileWord::Kind::allTold:
            hasToldAll_ = true;
            return true;
        case FileWord::Kind::sent:
            if (host_.queuedBytes() > mostQueuedContentBytes) return false;
            if (!transfers_.isOpen(word.transferId)) return true;
            transfers_.sent(word.transferId, word.bytes);
            host_.binary(std::move(word.binary));
            return true;
        case FileWord::Kind::taken:
            transfers_.taken(word.transferId, word.bytes);
            break;
        case FileWord::Kind::end:
            transfers_.ended(word.transferId);
            break;
        case FileWord::Kind::plain:
            break;
    }
    host_.control(word.message);
    return true;
}

}  // namespace xpane
