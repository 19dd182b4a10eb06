#include "files/folder-watch.h"

namespace xpane {
namespace {

constexpr size_t bufferBytes = 16 * 1024;
constexpr DWORD everything = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME | FILE_NOTIFY_CHANGE_SIZE |
                             FILE_NOTIFY_CHANGE_LAST_WRITE;

}  // namespace

FolderWatch::FolderWatch(const std::wstring& folder)
    : event_(CreateEventW(nullptr, TRUE, FALSE, nullptr)),
      folder_(CreateFileW(folder.c_str(), FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                          nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, nullptr)),
      changes_(bufferBytes / sizeof(DWORD)) {
    pending_.hEvent = event_.get();
    again();
}

FolderWatch::~FolderWatch() {
    if (!watches_) return;
    // The buffer is Windows' until it has let go of it.
    CancelIo(folder_.get());
    DWORD bytes = 0;
    GetOverlappedResult(folder_.get(), &pending_, &bytes, TRUE);
}

void FolderWatch::again() {
    ResetEvent(event_.get());
    watches_ = folder_ && ReadDirectoryChangesW(folder_.get(), changes_.data(), bufferBytes, TRUE, everything, nullptr,
                                                &pending_, nullptr);
}

}  // namespace xpane
