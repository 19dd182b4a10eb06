// Names of files in the agent's spool folder. Pure.
//   PRINTER-anything        a job that is being written
//   PRINTER-anything.done   whole, as far as whoever wrote it can tell
//   JOB-PRINTER.ps          a job for the host; job and printer are 16 lower-case hex digits each
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xpane {

struct SpoolName {
    enum class Kind { writing, done, job };
    Kind kind = Kind::writing;
    std::string printerId;
    std::string jobId;  // of a job
};

// Nothing for what is no job at any stage.
std::optional<SpoolName> spoolNameOf(std::string_view name);
std::string jobFileName(std::string_view jobId, std::string_view printerId);

}  // namespace xpane
