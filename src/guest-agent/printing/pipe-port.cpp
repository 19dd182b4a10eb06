#include "printing/pipe-port.h"

#include "crypto/hex.h"
#include "files/disk.h"
#include "protocol/limits.h"
#include "win/random.h"
#include "win/thread.h"
#include "win/unicode.h"

namespace xpane {
namespace {

// While one takes the end of a job the next job already finds another.
constexpr unsigned listenerCount = 2;
constexpr size_t nameBytes = 6;
constexpr DWORD bufferBytes = 64 * 1024;
constexpr DWORD stopMs = 1000, againMs = 5000;

UniqueHandle newEvent() { return UniqueHandle(CreateEventW(nullptr, TRUE, FALSE, nullptr)); }

}  // namespace

PipePort::PipePort(std::wstring pipe, std::wstring folder, std::string printerId, Log& log)
    : pipe_(std::move(pipe)), folder_(std::move(folder)), printerId_(std::move(printerId)), log_(log), stop_(newEvent()) {
    for (unsigned i = 0; i < listenerCount; ++i) listeners_.push_back(startThread([this] { run(); }));
}

PipePort::~PipePort() {
    SetEvent(stop_.get());
    for (const UniqueHandle& listener : listeners_) {
        // One that hangs on a disk uses this object: rather end the whole process, which starts anew.
        if (listener && WaitForSingleObject(listener.get(), stopMs) != WAIT_OBJECT_0) TerminateProcess(GetCurrentProcess(), 0);
    }
}

void PipePort::run() const {
    const UniqueHandle event = newEvent();
    while (WaitForSingleObject(stop_.get(), 0) != WAIT_OBJECT_0) {
        const UniqueHandle pipe(CreateNamedPipeW(pipe_.c_str(), PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED,
                                                 PIPE_TYPE_BYTE | PIPE_WAIT, listenerCount, 0, bufferBytes, 0, nullptr));
        if (!pipe) {
            log_.write(LogLevel::warn, "printing: no pipe: error " + std::to_string(GetLastError()));
            WaitForSingleObject(stop_.get(), againMs);
            continue;
        }
        OVERLAPPED work{};
        work.hEvent = event.get();
        const bool waits = !ConnectNamedPipe(pipe.get(), &work) && GetLastError() == ERROR_IO_PENDING;
        // The second: it has written all, and is gone again.
        const bool isThere = GetLastError() == ERROR_PIPE_CONNECTED || GetLastError() == ERROR_NO_DATA;
        DWORD nothing = 0;
        if (waits ? finished(pipe.get(), work, nothing) : isThere) receive(pipe.get(), event.get());
    }
}

// Until the spooler closes the pipe. What is too large, or finds no room, is read to its end and dropped.
void PipePort::receive(HANDLE pipe, HANDLE event) const {
    const std::wstring path = folder_ + L'\\' + wideFrom(printerId_ + "-" + hexOf(randomBytes(nameBytes)));
    UniqueHandle file = openFile(path, GENERIC_WRITE, 0, CREATE_ALWAYS);
    bool isWhole = static_cast<bool>(file);
    int64_t total = 0;
    std::string buffer(bufferBytes, 0);
    for (;;) {
        OVERLAPPED work{};
        work.hEvent = event;
        DWORD bytes = 0, written = 0;
        const BOOL read = ReadFile(pipe, buffer.data(), bufferBytes, nullptr, &work);
        if ((!read && GetLastError() != ERROR_IO_PENDING) || !finished(pipe, work, bytes)) break;
        total += bytes;
        isWhole = isWhole && total <= mostPrintBytes && WriteFile(file.get(), buffer.data(), bytes, &written, nullptr) &&
                  written == bytes;
    }
    const bool ended = GetLastError() == ERROR_BROKEN_PIPE;
    file.reset();
    isWhole = isWhole && ended && total > 0 && MoveFileExW(path.c_str(), (path + L".done").c_str(), 0);
    if (!isWhole) DeleteFileW(path.c_str());
    if (!isWhole && total > 0) log_.write(LogLevel::warn, "printing: a job could not be kept");
}

// False when it failed, or it is time to stop.
bool PipePort::finished(HANDLE pipe, OVERLAPPED& work, DWORD& bytes) const {
    const HANDLE events[] = {stop_.get(), work.hEvent};
    if (WaitForMultipleObjects(2, events, FALSE, INFINITE) == WAIT_OBJECT_0) {
        CancelIo(pipe);
        GetOverlappedResult(pipe, &work, &bytes, TRUE);
        SetLastError(ERROR_OPERATION_ABORTED);
        return false;
    }
    return GetOverlappedResult(pipe, &work, &bytes, TRUE) != 0;
}

}  // namespace xpane
