// Control messages to the host about the clipboard (src/guest-bridge/protocol/clipboard-messages.ts).
#pragma once

#include <nlohmann/json.hpp>

#include "protocol/commands.h"

namespace xpane {

nlohmann::json clipboardMessage(const ClipboardOffer& offer);
nlohmann::json clipboardMessage(const ClipboardRequest& request);
nlohmann::json clipboardMessage(const ClipboardReply& reply);
nlohmann::json clipboardMessage(const ClipboardRefusal& refusal);
nlohmann::json clipboardMessage(const ClipboardAck& ack);
nlohmann::json clipboardMessage(const ClipboardCancel& cancel);
nlohmann::json clipboardMessage(const ClipboardProgress& progress);

}  // namespace xpane
