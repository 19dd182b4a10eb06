#include "protocol/encode-print.h"

namespace xpane {

nlohmann::json printJobMessage(const SpooledJob& job) {
    return {{"type", "print-job"},
            {"jobId", job.jobId},
            {"printerId", job.printerId},
            {"title", job.title},
            {"sizeBytes", job.sizeBytes}};
}

}  // namespace xpane
