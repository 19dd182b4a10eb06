#include "files/incoming-file.h"

#include "crypto/hex.h"
#include "files/disk.h"

namespace xpane {
namespace {

TransferStep failed(DWORD error = GetLastError()) { return {transferOutcomeOf(error), error}; }

}  // namespace

IncomingFile::IncomingFile(const DocumentStore& store, FilePut put)
    : store_(store), put_(std::move(put)), path_(store.incomingPath(put_.transferId)) {}

IncomingFile::IncomingFile(const DocumentStore& store, FilePut put, std::wstring path)
    : store_(store), put_(std::move(put)), path_(std::move(path)) {}

IncomingFile::~IncomingFile() {
    medium_.reset();
    content_.reset();
    SetFileAttributesW(path_.c_str(), FILE_ATTRIBUTE_NORMAL);
    DeleteFileW(path_.c_str());
}

TransferStep IncomingFile::begin() {
    // A file system that makes holes would take any size.
    ULARGE_INTEGER freeBytes{};
    if (GetDiskFreeSpaceExW(path_.substr(0, path_.rfind(L'\\') + 1).c_str(), &freeBytes, nullptr, nullptr) &&
        freeBytes.QuadPart < static_cast<uint64_t>(put_.sizeBytes)) {
        return {TransferOutcome::noRoom, ERROR_DISK_FULL};
    }
    content_ = openFile(path_, GENERIC_WRITE, FILE_SHARE_WRITE, CREATE_ALWAYS);
    if (!content_) return failed();
    medium_.emplace(path_);
    LARGE_INTEGER size{};
    size.QuadPart = put_.sizeBytes;
    const LARGE_INTEGER start{};
    if (!SetFilePointerEx(content_.get(), size, nullptr, FILE_BEGIN) || !SetEndOfFile(content_.get()) ||
        !SetFilePointerEx(content_.get(), start, nullptr, FILE_BEGIN)) {
        return failed();
    }
    return {};
}

TransferStep IncomingFile::take(std::string_view content) {
    DWORD written = 0;
    if (!WriteFile(content_.get(), content.data(), static_cast<DWORD>(content.size()), &written, nullptr)) {
        return failed();
    }
    if (written != content.size()) return failed(ERROR_DISK_FULL);
    takenBytes_ += written;
    const DWORD error = medium_->wrote(written);
    return error == ERROR_SUCCESS ? TransferStep{} : failed(error);
}

TransferStep IncomingFile::finish(FileState& state) {
    const DWORD error = medium_->over();
    medium_.reset();
    if (error != ERROR_SUCCESS) return failed(error);
    const FILETIME modified = fileTimeOf(put_.modifiedUnixMs);
    if (!FlushFileBuffers(content_.get()) || !SetFileTime(content_.get(), nullptr, nullptr, &modified)) return failed();
    content_.reset();
    if (put_.readOnly && !SetFileAttributesW(path_.c_str(), FILE_ATTRIBUTE_READONLY)) return failed();
    return place(state);
}

TransferStep IncomingFile::place(FileState& state) {
    if (!store_.makeFoldersOf(put_.file)) return failed();
    const TransferStep replaced = replaceTarget();
    if (replaced.outcome != TransferOutcome::done) return replaced;
    const auto now = stateAt(store_.pathOf(put_.file));
    if (!now) return failed();
    state = *now;
    return {};
}

// Windows lets nobody replace a file that is open, nor one that is marked as read-only: which the host's own may be.
TransferStep IncomingFile::replaceTarget() const {
    const std::wstring target = store_.pathOf(put_.file);
    const DWORD before = GetFileAttributesW(target.c_str());
    const bool isThere = before != INVALID_FILE_ATTRIBUTES;
    if (isThere && (before & FILE_ATTRIBUTE_DIRECTORY) != 0) return failed(ERROR_ACCESS_DENIED);
    if (isThere && claimsOn(target).open) return failed(ERROR_SHARING_VIOLATION);
    if (put_.expect) return replaceExpected(target);
    const bool wasReadOnly = isThere && (before & FILE_ATTRIBUTE_READONLY) != 0;
    if (wasReadOnly) SetFileAttributesW(target.c_str(), before & ~FILE_ATTRIBUTE_READONLY);
    if (MoveFileExW(path_.c_str(), target.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) return {};
    const DWORD error = GetLastError();
    if (wasReadOnly) SetFileAttributesW(target.c_str(), before);
    // Of a target that was opened just now Windows says that access is denied.
    if (isThere && error == ERROR_ACCESS_DENIED) return {TransferOutcome::inUse, error};
    return failed(error);
}

// What is there steps aside and is looked at where no program finds it, so nothing is saved between the look and the
// replacing. It comes back if it is not what the host knows.
TransferStep IncomingFile::replaceExpected(const std::wstring& target) const {
    constexpr TransferStep changed{TransferOutcome::changed, 0};
    const bool expectsFile = *put_.expect != expectAbsent;
    const auto isExpected = [this](const std::wstring& path) {
        const auto state = stateAt(path);
        return state && hexOf(state->stamp) == *put_.expect;
    };
    // Whoever has it open is told apart from a change: it is no news then.
    const std::wstring aside = path_ + L".before";
    if (expectsFile) {
        if (!isExpected(target)) return changed;
        if (!MoveFileExW(target.c_str(), aside.c_str(), MOVEFILE_REPLACE_EXISTING)) {
            const DWORD error = GetLastError();
            return error == ERROR_ACCESS_DENIED ? TransferStep{TransferOutcome::inUse, error} : failed(error);
        }
        const bool open = claimsOn(aside).open;
        if (open || !isExpected(aside)) {
            MoveFileExW(aside.c_str(), target.c_str(), 0);
            return open ? TransferStep{TransferOutcome::inUse, ERROR_SHARING_VIOLATION} : changed;
        }
    }
    const bool moved = MoveFileExW(path_.c_str(), target.c_str(), MOVEFILE_WRITE_THROUGH);
    const DWORD error = moved ? ERROR_SUCCESS : GetLastError();
    if (!moved && expectsFile) MoveFileExW(aside.c_str(), target.c_str(), 0);
    SetFileAttributesW(aside.c_str(), FILE_ATTRIBUTE_NORMAL);
    DeleteFileW(aside.c_str());
    if (moved) return {};
    return error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS ? changed : failed(error);
}

}  // namespace xpane
