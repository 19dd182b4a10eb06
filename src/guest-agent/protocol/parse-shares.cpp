#include "protocol/parse-shares.h"

#include <algorithm>
#include <utility>

#include "protocol/file-name.h"
#include "protocol/limits.h"

namespace xpane {
namespace {

constexpr size_t idDigits = 16;

std::vector<std::string> path(Fields& fields, const char* name) {
    std::vector<std::string> names = fields.strings(name, 1, mostDocumentDepth);
    if (!std::all_of(names.begin(), names.end(), isPlainFileName)) fields.refuse(name);
    return names;
}

ShareStep ofShare(Fields& fields, ShareStep::Kind kind) {
    ShareStep step;
    step.kind = kind;
    step.requestId = fields.unsigned32("requestId", 1);
    step.file.documentId = fields.lowerHex("documentId", idDigits);
    return step;
}

ShareStep withPath(Fields& fields, ShareStep::Kind kind) {
    ShareStep step = ofShare(fields, kind);
    step.file.path = path(fields, "path");
    return step;
}

}  // namespace

HostMessage readShareOpen(Fields& fields) {
    ShareStep step = ofShare(fields, ShareStep::Kind::open);
    step.documents = fields.boolean("documents");
    // Empty: no drive.
    const std::string drive = fields.string("drive");
    const bool isLetter = drive.size() == 1 && drive[0] >= 'D' && drive[0] <= 'Z';
    if (!drive.empty() && !isLetter) fields.refuse("drive");
    if (isLetter) step.drive = drive[0];
    return FileCommand{std::move(step)};
}

HostMessage readShareClose(Fields& fields) { return FileCommand{ofShare(fields, ShareStep::Kind::close)}; }

HostMessage readFileRemove(Fields& fields) {
    ShareStep step = withPath(fields, ShareStep::Kind::removeFile);
    step.expect = fields.lowerHex("expect", idDigits);
    return FileCommand{std::move(step)};
}

HostMessage readFileMove(Fields& fields) {
    ShareStep step = withPath(fields, ShareStep::Kind::moveFile);
    step.expect = fields.lowerHex("expect", idDigits);
    step.to = path(fields, "to");
    return FileCommand{std::move(step)};
}

HostMessage readFolderMake(Fields& fields) { return FileCommand{withPath(fields, ShareStep::Kind::makeFolder)}; }

HostMessage readFolderRemove(Fields& fields) { return FileCommand{withPath(fields, ShareStep::Kind::removeFolder)}; }

}  // namespace xpane
