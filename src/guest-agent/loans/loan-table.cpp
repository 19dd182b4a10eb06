#include "loans/loan-table.h"

#include "crypto/hex.h"
#include "protocol/limits.h"
#include "win/random.h"
#include "win/registry.h"
#include "win/unicode.h"
#include "win/windows.h"

namespace xpane {
namespace {

constexpr wchar_t key[] = L"Software\\XPane\\Loans\\Files";
constexpr size_t idDigits = 16;

}  // namespace

LoanTable::LoanTable() {
    for (const std::wstring& name : registryNames(HKEY_CURRENT_USER, key)) {
        const std::string loanId = utf8From(name);
        const auto path = registryText(HKEY_CURRENT_USER, key, name);
        if (!isLowerHex(loanId, idDigits) || !path || paths_.size() >= mostLoans) continue;
        DeleteFileW(temporaryBeside(*path, loanId).c_str());
        paths_[loanId] = *path;
    }
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

bool LoanTable::move(const std::string& loanId, const std::wstring& path) {
    const Locked locked(lock_);
    return paths_.count(loanId) != 0 && keep(loanId, path);
}

void LoanTable::forget(const std::string& loanId) {
    const Locked locked(lock_);
    paths_.erase(loanId);
    removeRegistryValue(HKEY_CURRENT_USER, key, wideFrom(loanId));
}

bool LoanTable::keep(const std::string& loanId, const std::wstring& path) {
    if (!setRegistryText(HKEY_CURRENT_USER, key, wideFrom(loanId), path)) return false;
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
