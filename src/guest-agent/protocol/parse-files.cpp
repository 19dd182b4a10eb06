#include "protocol/parse-files.h"

#include <algorithm>
#include <utility>

#include "crypto/hex.h"
#include "protocol/file-name.h"
#include "protocol/limits.h"

namespace xpane {
namespace {

constexpr size_t idDigits = 16, digestDigits = 64;

uint32_t transferId(Fields& fields) { return fields.unsigned32("transferId", 1); }

FileName fileName(Fields& fields) {
    std::string documentId = fields.lowerHex("documentId", idDigits);
    std::vector<std::string> path = fields.strings("path", 1, mostDocumentDepth);
    if (!std::all_of(path.begin(), path.end(), isPlainFileName)) fields.refuse("path");
    return {std::move(documentId), std::move(path)};
}

}  // namespace

HostMessage readFilePut(Fields& fields) {
    FilePut put;
    put.transferId = transferId(fields);
    put.file = fileName(fields);
    put.sizeBytes = fields.integer("sizeBytes", 0, mostFileBytes);
    put.modifiedUnixMs = fields.integer("modifiedUnixMs", earliestUnixMs, latestUnixMs);
    put.readOnly = fields.boolean("readOnly");
    if (fields.has("expect")) {
        put.expect = fields.string("expect");
        if (*put.expect != expectAbsent && !isLowerHex(*put.expect, idDigits)) fields.refuse("expect");
    }
    return FileCommand{std::move(put)};
}

HostMessage readFileGet(Fields& fields) {
    const uint32_t id = transferId(fields);
    return FileCommand{FileGet{id, fileName(fields)}};
}

HostMessage readTransferAck(Fields& fields) {
    const uint32_t id = transferId(fields);
    return FileCommand{TransferAck{id, fields.integer("bytes", 0, mostFileBytes)}};
}

HostMessage readTransferCancel(Fields& fields) { return FileCommand{TransferCancel{transferId(fields)}}; }

HostMessage readFileOpen(Fields& fields) {
    const uint32_t requestId = fields.unsigned32("requestId", 1);
    FileName file = fileName(fields);
    return FileCommand{FileOpen{requestId, std::move(file), fields.optionalLowerHex("applicationId", idDigits)}};
}

HostMessage readFileDrop(Fields& fields) {
    FileDrop drop;
    drop.requestId = fields.unsigned32("requestId", 1);
    drop.windowId = fields.unsigned32("windowId", 1);
    drop.x = fields.coordinate("x");
    drop.y = fields.coordinate("y");
    fields.objects("files", 1, mostDroppedFiles, [&drop](Fields& one) { drop.files.push_back(fileName(one)); });
    return FileCommand{std::move(drop)};
}

HostMessage readDocumentForget(Fields& fields) {
    std::string documentId = fields.lowerHex("documentId", idDigits);
    return FileCommand{DocumentForget{std::move(documentId), fields.optionalLowerHex("expect", digestDigits)}};
}

}  // namespace xpane
