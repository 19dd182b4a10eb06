// Control messages from the host, from JSON text to typed commands: every field checked against the protocol's
// maxima (src/guest-bridge/protocol/to-guest.ts), so that nobody further in has to.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "protocol/commands.h"

namespace xpane {

struct Challenge { std::string nonce; };
struct HostProof { std::string hmac; };
struct WelcomeOffer { int64_t major = 0, minor = 0; Welcome terms; };
// See openSecret.
struct AdoptSecret { std::string sealed; };
struct Ping { uint32_t id = 0; };

// What breaks the protocol, for the log: names of fields, never their values.
struct Violation { std::string reason; };

using HostMessage = std::variant<Violation, Challenge, HostProof, WelcomeOffer, AdoptSecret, Launch, LogRequest,
                                 SetTime, Ping, LinkCommand, TrayCommand, DesktopCommand, FileCommand, ClipboardCommand,
                                 PrintCommand>;

// Never throws but for lack of memory. `text` may be anything.
HostMessage parseHostMessage(std::string_view text);

}  // namespace xpane
