#include "loans/loan-table.h"

#include "crypto/hex.h"
#include "files/disk.h"
#include "process/small-file.h"
#include "protocol/limits.h"
#include "win/random.h"
#include "win/unicode.h"
#include "win/windows.h"

namespace xpane {
namespace {

constexpr size_t idDigits = 16;
constexpr DWORD mostPathBytes = 128 * 1024;

}  // namespace

LoanTable::LoanTable(const std::wstring& base) : folder_(base.empty() ? L"" : ofAnyLength(base + L"\\XPane\\Loans\\")) {
    if (base.empty()) return;
    makeFolder(ofAnyLength(base + L"\\XPane"));
    makeFolder(folder_.substr(0, folder_.size() - 1));
    for (const FolderEntry& entry : entriesOf(folder_.substr(0, folder_.size() - 1))) {
        const std::string loanId = utf8From(entry.name);
        const auto path = contentOf(folder_ + entry.name, mostPathBytes);
        if (!isLowerHex(loanId, idDigits) || !path || !isUtf8(*path) || paths_.size() >= mostLoans) continue;
        paths_[loanId] = wideFrom(*path);
    }
}

void LoanTable::removeLeftovers() const {
    std::map<std::string, std::wstring> paths;
    {
        const Locked locked(lock_);
        paths = paths_;
    }
    for (const auto& [loanId, path] : paths) DeleteFileW(temporaryBeside(path, loanId).c_str());
}

std::string LoanTable::lend(const std::wstring& path) {
    const Locked locked(lock_);
    for (const auto& [loanId, lent] : paths_) {
        if (lstrcmpiW(lent.c_str(), path.c_str()) == 0) return loanId;
    }
    const std::string loanId = hexOf(randomBytes(idDigits / 2));
    return paths_.size() < mostLoans && keep(loanId, path) ? loanId : "";
}

std::optional<std::wstring> LoanTable::pathOf(const std::string& loanId) const {
    const Locked locked(lock_);
    const auto found = paths_.find(loanId);
    return found == paths_.end() ? std::nullopt : std::optional<std::wstring>(found->second);
}

std::vector<std::string> LoanTable::lendCopied(const std::vector<std::wstring>& paths) {
    const Locked locked(lock_);
    copied_.clear();
    std::vector<std::string> ids;
    for (const std::wstring& path : paths) {
        ids.push_back(hexOf(randomBytes(idDigits / 2)));
        copied_[ids.back()] = path;
    }
    return ids;
}

std::optional<std::wstring> LoanTable::readableAt(const std::string& id) const {
    {
        const Locked locked(lock_);
        const auto found = copied_.find(id);
        if (found != copied_.end()) return found->second;
    }
    return pathOf(id);
}

bool LoanTable::move(const std::string& loanId, const std::wstring& path) {
    const Locked locked(lock_);
    return paths_.count(loanId) != 0 && keep(loanId, path);
}

void LoanTable::forget(const std::string& loanId) {
    const Locked locked(lock_);
    paths_.erase(loanId);
    DeleteFileW((folder_ + wideFrom(loanId)).c_str());
}

bool LoanTable::keep(const std::string& loanId, const std::wstring& path) {
    if (folder_.empty() || !replaceContent(folder_ + wideFrom(loanId), utf8From(path))) return false;
    paths_[loanId] = path;
    return true;
}

std::wstring temporaryBeside(const std::wstring& path, const std::string& loanId) {
    return ofAnyLength(path.substr(0, path.rfind(L'\\') + 1) + L"~xpane-" + wideFrom(loanId) + L".tmp");
}

std::wstring ofAnyLength(const std::wstring& path) {
    return path.size() > 2 && path[1] == L':' && path[2] == L'\\' ? L"\\\\?\\" + path : path;
}

}  // namespace xpane
