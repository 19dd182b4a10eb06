#include "loans/returned-file.h"

#include "files/disk.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr int mostBeside = 99;  // of one minute

TransferStep failed(DWORD error = GetLastError()) { return {transferOutcomeOf(error), error}; }

std::wstring leafOf(const std::wstring& path) { return path.substr(path.rfind(L'\\') + 1); }

FilePut contentOf(const LoanPut& put, const std::wstring& path) {
    return {put.transferId, {put.loanId, {utf8From(leafOf(path))}}, put.sizeBytes, put.modifiedUnixMs, false, {}};
}

std::wstring twoDigits(WORD number) { return (number < 10 ? L"0" : L"") + wideFrom(std::to_string(number)); }

// "C:\a\Letter (from this computer, 2026-11-23 14.03).txt"; "this computer" as its user calls it: the host.
std::wstring besideOf(const std::wstring& path, int number) {
    SYSTEMTIME now{};
    GetLocalTime(&now);
    const std::wstring date = wideFrom(std::to_string(now.wYear)) + L'-' + twoDigits(now.wMonth) + L'-' + twoDigits(now.wDay) +
                              L' ' + twoDigits(now.wHour) + L'.' + twoDigits(now.wMinute);
    const std::wstring which = number == 1 ? L"" : L", " + wideFrom(std::to_string(number));
    const size_t dot = path.find_last_of(L".\\");
    const size_t end = dot != path.npos && path[dot] == L'.' ? dot : path.size();
    return path.substr(0, end) + L" (from this computer, " + date + which + L')' + path.substr(end);
}

}  // namespace

ReturnedFile::ReturnedFile(const DocumentStore& store, LoanTable& loans, const LoanPut& put, std::wstring path)
    : IncomingFile(store, contentOf(put, path), temporaryBeside(path, put.loanId)),
      loans_(loans),
      put_(put),
      target_(std::move(path)) {}

TransferStep ReturnedFile::begin() {
    const TransferStep expected = put_.over ? expectTarget() : TransferStep{};
    return expected.outcome == TransferOutcome::done ? IncomingFile::begin() : expected;
}

TransferStep ReturnedFile::place(FileState& state) {
    const TransferStep placed = put_.over ? placeOver() : placeBeside();
    if (placed.outcome != TransferOutcome::done) return placed;
    const auto now = stateAt(ofAnyLength(target_));
    if (!now) return failed();
    state = *now;
    return {};
}

TransferStep ReturnedFile::expectTarget() const {
    const std::wstring target = ofAnyLength(target_);
    const auto state = stateAt(target);
    if (!state) return failed();
    if (state->stamp != *put_.over) return {TransferOutcome::changed, 0};
    if ((GetFileAttributesW(target.c_str()) & FILE_ATTRIBUTE_READONLY) != 0) return failed(ERROR_ACCESS_DENIED);
    return claimsOn(target).open ? failed(ERROR_SHARING_VIOLATION) : TransferStep{};
}

TransferStep ReturnedFile::placeOver() const {
    const TransferStep expected = expectTarget();
    if (expected.outcome != TransferOutcome::done) return expected;
    const std::wstring target = ofAnyLength(target_);
    const DWORD attributes = GetFileAttributesW(target.c_str());
    if (!MoveFileExW(path().c_str(), target.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
        const DWORD error = GetLastError();
        // Of a target that was opened just now Windows says that access is denied.
        return error == ERROR_ACCESS_DENIED ? TransferStep{TransferOutcome::inUse, error} : failed(error);
    }
    SetFileAttributesW(target.c_str(), attributes);
    return {};
}

// From then on the file beside it is the one that is lent: what is saved at the host later goes there.
TransferStep ReturnedFile::placeBeside() {
    for (int number = 1; number <= mostBeside; ++number) {
        const std::wstring beside = besideOf(target_, number);
        if (MoveFileExW(path().c_str(), ofAnyLength(beside).c_str(), MOVEFILE_WRITE_THROUGH)) {
            loans_.move(put_.loanId, beside);
            target_ = beside;
            return {};
        }
        const DWORD error = GetLastError();
        if (error != ERROR_ALREADY_EXISTS && error != ERROR_FILE_EXISTS) return failed(error);
    }
    return failed(ERROR_ALREADY_EXISTS);
}

}  // namespace xpane
