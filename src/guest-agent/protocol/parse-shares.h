// Control messages from the host about its shared folders (src/guest-bridge/protocol/share-messages.ts).
#pragma once

#include "protocol/fields.h"
#include "protocol/parse.h"

namespace xpane {

HostMessage readShareOpen(Fields& fields);
HostMessage readShareClose(Fields& fields);
HostMessage readFileRemove(Fields& fields);
HostMessage readFileMove(Fields& fields);
HostMessage readFolderMake(Fields& fields);
HostMessage readFolderRemove(Fields& fields);

}  // namespace xpane
