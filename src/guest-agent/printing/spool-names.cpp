#include "printing/spool-names.h"

#include "crypto/hex.h"

namespace xpane {
namespace {

constexpr size_t idDigits = 16;
constexpr std::string_view done = ".done", job = ".ps";

bool endsWith(std::string_view text, std::string_view end) {
    return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

std::optional<SpoolName> spoolNameOf(std::string_view name) {
    const std::string_view first = name.substr(0, idDigits);
    if (!isLowerHex(first, idDigits) || name.size() <= idDigits + 1 || name[idDigits] != '-') return std::nullopt;
    const std::string_view rest = name.substr(idDigits + 1);
    if (rest.size() == idDigits + job.size() && endsWith(rest, job) && isLowerHex(rest.substr(0, idDigits), idDigits)) {
        return SpoolName{SpoolName::Kind::job, std::string(rest.substr(0, idDigits)), std::string(first)};
    }
    return SpoolName{endsWith(rest, done) ? SpoolName::Kind::done : SpoolName::Kind::writing, std::string(first), {}};
}

std::string jobFileName(std::string_view jobId, std::string_view printerId) {
    return std::string(jobId) + "-" + std::string(printerId) + std::string(job);
}

}  // namespace xpane
