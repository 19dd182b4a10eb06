// Control messages from the host about the clipboard; parse.cpp tells them apart.
#pragma once

#include "protocol/fields.h"
#include "protocol/parse.h"

namespace xpane {

HostMessage readClipboardOffer(Fields& fields);
HostMessage readClipboardRequest(Fields& fields);
HostMessage readClipboardReply(Fields& fields);
HostMessage readClipboardRefusal(Fields& fields);
HostMessage readClipboardAck(Fields& fields);
HostMessage readClipboardCancel(Fields& fields);
HostMessage readClipboardProgress(Fields& fields);

}  // namespace xpane
