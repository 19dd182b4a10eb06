#include "channel/proof.h"

#include "crypto/hex.h"
#include "crypto/sha.h"

namespace xpane {
namespace {

constexpr size_t secretDigits = 64;

std::string proof(std::string_view secret, std::string label, std::string_view first, std::string_view second) {
    return hexOf(hmacSha256(secret, label.append(first).append(second)));
}

}  // namespace

std::string agentProof(std::string_view secret, std::string_view hostNonce, std::string_view agentNonce) {
    return proof(secret, "xpane.1 agent", hostNonce, agentNonce);
}

std::string hostProof(std::string_view secret, std::string_view hostNonce, std::string_view agentNonce) {
    return proof(secret, "xpane.1 host", agentNonce, hostNonce);
}

std::string openSecret(std::string_view secret, std::string_view hostNonce, std::string_view agentNonce,
                       std::string_view sealed) {
    std::string opened = hmacSha256(secret, std::string("xpane.1 secret").append(hostNonce).append(agentNonce));
    const std::string bytes = bytesOfHex(sealed).value();
    for (size_t i = 0; i < opened.size(); ++i) opened[i] = static_cast<char>(opened[i] ^ bytes[i]);
    return opened;
}

std::optional<std::string> secretOf(std::string_view fileContent) {
    while (!fileContent.empty() && (fileContent.back() == '\n' || fileContent.back() == '\r')) {
        fileContent.remove_suffix(1);
    }
    return isLowerHex(fileContent, secretDigits) ? bytesOfHex(fileContent) : std::nullopt;
}

}  // namespace xpane
