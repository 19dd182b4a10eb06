// Files of this guest that the host has open, each under an id that stands for its path. The host never names a path, and
// hears of none. Kept on the disk, a small file each: what was changed at the host comes back also after a crash or a restart
// (Wine writes its registry only now and then).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "win/lock.h"

namespace xpane {

// For any thread.
class LoanTable {
public:
    // Reads what was lent before.
    // `base`: the user's Local AppData; empty: nothing can be lent.
    explicit LoanTable(const std::wstring& base);
    LoanTable(const LoanTable&) = delete;
    LoanTable& operator=(const LoanTable&) = delete;

    // The id of this file, the same as long as it is lent. Empty if too many are, or it cannot be kept.
    std::string lend(const std::wstring& path);
    std::optional<std::wstring> pathOf(const std::string& loanId) const;
    // Files that were copied here, until the next are: they are read, never written, and not kept on the disk. Their ids.
    std::vector<std::string> lendCopied(const std::vector<std::wstring>& paths);
    // What can be read by this id: a file that is lent, or one that was copied.
    std::optional<std::wstring> readableAt(const std::string& id) const;
    // From now on it is this file that is lent.
    bool move(const std::string& loanId, const std::wstring& path);
    void forget(const std::string& loanId);
    // What an earlier agent left half done beside files that are lent. They may lie on the network: this may take long.
    void removeLeftovers() const;

private:
    bool keep(const std::string& loanId, const std::wstring& path);

    const std::wstring folder_;
    mutable Lock lock_;
    std::map<std::string, std::wstring> paths_, copied_;
};

// Beside the file: content on its way back.
std::wstring temporaryBeside(const std::wstring& path, const std::string& loanId);
// In the form for the file functions: of any length.
std::wstring ofAnyLength(const std::wstring& path);

}  // namespace xpane
