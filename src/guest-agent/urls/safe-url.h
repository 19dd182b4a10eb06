// Which links cross the line, in either direction, and may stand in a command: http, https, ftp and mailto in characters
// that neither a command line nor a shell means anything by. The host's rule is in guest-bridge/protocol/link.ts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xpane {

constexpr size_t mostUrlLength = 8192;

bool isSafeUrl(std::string_view url);
// What a program of the guest asked for (UTF-8), with what is not safe escaped. Nothing if that does not make a link of
// it: another scheme, control characters, too long.
std::optional<std::string> safeUrlOf(std::string_view asked);
// "http", of a safe URL.
std::string schemeOf(std::string_view url);
// The command as the registry has it, with the URL in the place of "%1"; at its end where it has none. Commands that speak
// DDE besides have none.
std::wstring commandFor(std::wstring command, std::string_view url);

}  // namespace xpane
