// The proofs by which host and agent show each other that they know the workspace's secret, without sending it.
// Each side's label and the order of the nonces keep one side's proof from serving as the other's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xpane {

// 64 lower-case hex digits: HMAC-SHA256 with the secret's 32 bytes over ASCII text.
std::string agentProof(std::string_view secret, std::string_view hostNonce, std::string_view agentNonce);
std::string hostProof(std::string_view secret, std::string_view hostNonce, std::string_view agentNonce);

// The new secret that a host hands over: it crosses the line as 64 digits, XORed with an HMAC that only who knows the
// present one can make. `sealed`: 64 lower-case hex digits. Both secrets: 32 bytes.
std::string openSecret(std::string_view secret, std::string_view hostNonce, std::string_view agentNonce,
                       std::string_view sealed);

// The 32 bytes of a secret file's content: 64 lower-case hex digits, line end allowed. Nothing if it is not that.
std::optional<std::string> secretOf(std::string_view fileContent);

}  // namespace xpane
