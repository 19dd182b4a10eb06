// Control messages from the host about printing (src/guest-bridge/protocol/print-messages.ts).
#pragma once

#include "protocol/fields.h"
#include "protocol/parse.h"

namespace xpane {

HostMessage readPrinterList(Fields& fields);
HostMessage readPrintGet(Fields& fields);
HostMessage readPrintDone(Fields& fields);

}  // namespace xpane
