#include "shares/share-steps.h"

#include <string_view>

#include "crypto/hex.h"
#include "files/disk.h"
#include "shares/documents-folder.h"
#include "shares/drive.h"

namespace xpane {
namespace {

constexpr std::wstring_view anyLength = L"\\\\?\\";

TransferStep stepOf(DWORD error) { return {error == 0 ? TransferOutcome::done : transferOutcomeOf(error), error}; }
TransferStep stepIf(bool done) { return done ? TransferStep{} : stepOf(GetLastError()); }

// Whether the file at `path` is the one that the host knows.
TransferStep expected(const std::wstring& path, const std::string& stamp) {
    const auto state = stateAt(path);
    if (!state) {
        const DWORD error = GetLastError();
        return stepOf(error == 0 ? ERROR_FILE_NOT_FOUND : error);
    }
    return hexOf(state->stamp) == stamp ? TransferStep{} : TransferStep{TransferOutcome::changed, 0};
}

}  // namespace

TransferStep ShareSteps::run(const ShareStep& step) {
    switch (step.kind) {
        case ShareStep::Kind::open:
            return open(step);
        case ShareStep::Kind::close:
            return close(step.file.documentId);
        case ShareStep::Kind::removeFile:
            return removeFile(step);
        case ShareStep::Kind::moveFile:
            return moveFile(step);
        case ShareStep::Kind::makeFolder:
            return makeFolders(step.file);
        case ShareStep::Kind::removeFolder: {
            const TransferStep removed = stepIf(RemoveDirectoryW(store_.pathOf(step.file).c_str()));
            return removed.systemError == ERROR_DIR_NOT_EMPTY ? TransferStep{TransferOutcome::changed, ERROR_DIR_NOT_EMPTY}
                                                              : removed;
        }
    }
    return {TransferOutcome::failed, 0};
}

TransferStep ShareSteps::open(const ShareStep& step) {
    const std::string& documentId = step.file.documentId;
    if (!makeFolder(store_.folderOf(documentId))) return stepOf(GetLastError());
    shares_.insert(documentId);
    const std::wstring folder = plainFolder(documentId);
    for (wchar_t letter = L'D'; letter <= L'Z'; ++letter) {
        if (letter != static_cast<wchar_t>(step.drive)) removeDrive(letter, folder);
    }
    const bool documents = step.documents ? setDocumentsFolder(folder) : resetDocumentsFolder(folder);
    const DWORD error = step.drive == 0 ? 0 : makeDrive(static_cast<wchar_t>(step.drive), folder);
    if (error != 0) return stepOf(error);
    return documents ? TransferStep{} : TransferStep{TransferOutcome::failed, 0};
}

TransferStep ShareSteps::close(const std::string& documentId) const {
    const std::wstring folder = plainFolder(documentId);
    for (wchar_t letter = L'D'; letter <= L'Z'; ++letter) removeDrive(letter, folder);
    return resetDocumentsFolder(folder) ? TransferStep{} : TransferStep{TransferOutcome::failed, 0};
}

// It steps aside and is looked at where no program finds it, so nothing is saved between the look and the end.
TransferStep ShareSteps::removeFile(const ShareStep& step) const {
    const std::wstring path = store_.pathOf(step.file);
    const std::wstring aside = store_.incomingPath(step.requestId) + L".removed";
    const TransferStep before = expected(path, step.expect);
    if (before.outcome != TransferOutcome::done) return before;
    if (!MoveFileExW(path.c_str(), aside.c_str(), MOVEFILE_REPLACE_EXISTING)) {
        const DWORD error = GetLastError();
        // So Windows says it of one that is open.
        return error == ERROR_ACCESS_DENIED ? TransferStep{TransferOutcome::inUse, error} : stepOf(error);
    }
    const bool open = claimsOn(aside).open;
    if (open || expected(aside, step.expect).outcome != TransferOutcome::done) {
        // A program that has made the file anew meanwhile finds the one before beside it.
        if (!MoveFileExW(aside.c_str(), path.c_str(), 0)) MoveFileExW(aside.c_str(), (path + L".before").c_str(), 0);
        return {open ? TransferOutcome::inUse : TransferOutcome::changed, 0};
    }
    SetFileAttributesW(aside.c_str(), FILE_ATTRIBUTE_NORMAL);
    return stepIf(DeleteFileW(aside.c_str()));
}

TransferStep ShareSteps::moveFile(const ShareStep& step) const {
    const FileName target{step.file.documentId, step.to};
    const std::wstring path = store_.pathOf(step.file);
    const TransferStep before = expected(path, step.expect);
    if (before.outcome != TransferOutcome::done) return before;
    if (!store_.makeFoldersOf(target)) return stepOf(GetLastError());
    const TransferStep moved = stepIf(MoveFileExW(path.c_str(), store_.pathOf(target).c_str(), 0));
    const bool isTaken = moved.systemError == ERROR_ALREADY_EXISTS || moved.systemError == ERROR_FILE_EXISTS;
    return isTaken ? TransferStep{TransferOutcome::changed, moved.systemError} : moved;
}

TransferStep ShareSteps::makeFolders(const FileName& folder) const {
    return stepIf(store_.makeFoldersOf(folder) && makeFolder(store_.pathOf(folder)));
}

std::wstring ShareSteps::plainFolder(const std::string& documentId) const {
    return store_.folderOf(documentId).substr(anyLength.size());
}

}  // namespace xpane
