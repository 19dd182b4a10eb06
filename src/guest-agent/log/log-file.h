// The log on disk: at most two files of 1 MiB, NAME and, older, NAME.old.
#pragma once

#include <string>

#include "log/log.h"

namespace xpane {

// Supervisor and worker write to the same file, so each line opens, appends and closes it: neither holds it while
// the other renames it.
class LogFile {
public:
    explicit LogFile(std::wstring path) : path_(std::move(path)) {}
    // A file that cannot be written is given up for this line: there is nowhere left to say so.
    void write(LogLevel level, const std::string& text);

private:
    std::wstring path_;
};

}  // namespace xpane
