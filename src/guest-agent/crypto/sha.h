// SHA-1 (only where RFC 6455 asks for it), SHA-256 and HMAC-SHA256: FIPS 180-4 and FIPS 198-1. Small and written out,
// so that they build and are tested everywhere. Results are raw bytes; a string may hold any.
#pragma once

#include <string>
#include <string_view>

namespace xpane {

std::string sha1(std::string_view message);
std::string sha256(std::string_view message);
std::string hmacSha256(std::string_view key, std::string_view message);

// Takes the same time wherever the two differ; only their lengths show.
bool equalInConstantTime(std::string_view a, std::string_view b);

}  // namespace xpane
