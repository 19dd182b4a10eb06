// The HTTP request that opens a WebSocket (RFC 6455, section 4.2), for a server that knows one path, one
// subprotocol and no browsers.
#pragma once

#include <string>
#include <string_view>

namespace xpane {

constexpr size_t mostRequestBytes = 8 * 1024;

struct UpgradeAnswer {
    bool accepted = false;
    std::string response;  // to be sent as it is; after a refusal the connection closes
    std::string refusal;   // for the log; empty if accepted
};

// `head` is the request up to and with its empty line. Pure; `head` may be anything.
UpgradeAnswer answerUpgrade(std::string_view head);
// For a head that is too long (431) or did not come in time (408).
std::string refusalResponse(int status);

}  // namespace xpane
