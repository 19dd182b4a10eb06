// The agent's spool folder: XPane\Printing in the user's Local AppData. A job lies there until the host has it, over any
// restart. For names see spool-names.h.
#pragma once

#include <string>
#include <vector>

#include "log/log.h"
#include "protocol/encode-print.h"

namespace xpane {

std::wstring printFolder(const std::wstring& base);
// A job's content: found by its id alone, whatever the printer. Any path if there is none.
std::wstring printJobPath(const std::wstring& base, const std::string& jobId);

class PrintSpool {
public:
    // `folder` need not be there yet.
    PrintSpool(std::wstring folder, Log& log) : folder_(std::move(folder)), log_(log) {}

    const std::wstring& folder() const { return folder_; }
    bool exists() const;
    bool make() const;
    // Makes jobs of what has been written, and gives all of them, at most the protocol's number. What is no PostScript,
    // was cut short, is too large, or has been half written for an hour goes.
    std::vector<SpooledJob> look() const;
    void remove(const std::string& jobId) const;

private:
    void accept(const std::wstring& name, const std::string& printerId) const;

    const std::wstring folder_;
    Log& log_;
};

}  // namespace xpane
