#include "files/medium-ahead.h"

#include "files/disk.h"
#include "win/thread.h"

namespace xpane {
namespace {

// So much goes to the disk itself at once, and no more waits meanwhile: the host counts no progress while a flush is waited
// for. A disk that is slower than the host is waited for.
constexpr int64_t flushedAtOnceBytes = 16 * 1024 * 1024;

}  // namespace

DWORD MediumAhead::wrote(int64_t bytes) {
    waitingBytes_ += bytes;
    if (waitingBytes_ < flushedAtOnceBytes) return ERROR_SUCCESS;
    if (const DWORD error = over(); error != ERROR_SUCCESS) return error;
    waitingBytes_ = 0;
    return begin();
}

DWORD MediumAhead::over() {
    if (flush_) WaitForSingleObject(flush_.get(), INFINITE);
    flush_.reset();
    return error_;
}

DWORD MediumAhead::begin() {
    if (!file_) file_ = openFile(path_, GENERIC_WRITE, FILE_SHARE_WRITE, OPEN_EXISTING);
    if (!file_) return GetLastError();
    const auto flush = [this] { error_ = FlushFileBuffers(file_.get()) ? ERROR_SUCCESS : GetLastError(); };
    flush_ = startThread(flush);
    if (flush_) return ERROR_SUCCESS;
    flush();
    return error_;
}

}  // namespace xpane
