// Control messages to the host about printing (src/guest-bridge/protocol/print-messages.ts).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace xpane {

// A job that waits in the spool folder.
struct SpooledJob {
    std::string jobId, printerId;
    std::string title;  // valid UTF-8, within the protocol's maximum
    int64_t sizeBytes = 0;
};

nlohmann::json printJobMessage(const SpooledJob& job);

}  // namespace xpane
