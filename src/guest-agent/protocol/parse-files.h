// Control messages from the host about documents and their files (src/guest-bridge/protocol/file-messages.ts).
#pragma once

#include "protocol/fields.h"
#include "protocol/parse.h"

namespace xpane {

HostMessage readFilePut(Fields& fields);
HostMessage readFileGet(Fields& fields);
HostMessage readTransferAck(Fields& fields);
HostMessage readTransferCancel(Fields& fields);
HostMessage readFileOpen(Fields& fields);
HostMessage readFileDrop(Fields& fields);
HostMessage readDocumentForget(Fields& fields);
HostMessage readLoanAnswer(Fields& fields);
HostMessage readLoanGet(Fields& fields);
HostMessage readLoanHandling(Fields& fields);
HostMessage readLoanPut(Fields& fields);
HostMessage readLoanReturn(Fields& fields);

}  // namespace xpane
