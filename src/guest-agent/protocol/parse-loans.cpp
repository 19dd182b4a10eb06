#include <algorithm>
#include <string_view>
#include <utility>

#include "crypto/hex.h"
#include "protocol/limits.h"
#include "protocol/parse-files.h"

namespace xpane {
namespace {

constexpr size_t idDigits = 16;
constexpr std::string_view besideLettersAndDigits = "_+-";

uint32_t transferId(Fields& fields) { return fields.unsigned32("transferId", 1); }
std::string loanId(Fields& fields) { return fields.lowerHex("loanId", idDigits); }

bool isExtension(const std::string& text) {
    return !text.empty() && text.size() <= mostExtensionLength && std::all_of(text.begin(), text.end(), [](char one) {
        return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9') ||
               besideLettersAndDigits.find(one) != besideLettersAndDigits.npos;
    });
}

}  // namespace

HostMessage readLoanHandling(Fields& fields) {
    auto extensions = fields.strings("extensions", 0, mostLoanKinds);
    if (!std::all_of(extensions.begin(), extensions.end(), isExtension)) fields.refuse("extensions");
    return FileCommand{LoanCommand{LoanHandling{std::move(extensions)}}};
}

HostMessage readLoanAnswer(Fields& fields) {
    std::string id = loanId(fields);
    return FileCommand{LoanCommand{LoanAnswer{std::move(id), fields.boolean("taken")}}};
}

HostMessage readLoanReturn(Fields& fields) { return FileCommand{LoanCommand{LoanReturn{loanId(fields)}}}; }

HostMessage readLoanGet(Fields& fields) {
    const uint32_t id = transferId(fields);
    return FileCommand{LoanGet{id, loanId(fields)}};
}

HostMessage readLoanPut(Fields& fields) {
    LoanPut put;
    put.transferId = transferId(fields);
    put.loanId = loanId(fields);
    if (const auto over = fields.optionalLowerHex("over", idDigits)) put.over = std::stoull("0" + *over, nullptr, 16);
    put.sizeBytes = fields.integer("sizeBytes", 0, mostFileBytes);
    put.modifiedUnixMs = fields.integer("modifiedUnixMs", earliestUnixMs, latestUnixMs);
    return FileCommand{std::move(put)};
}

}  // namespace xpane
