#include "protocol/parse-clipboard.h"

#include <algorithm>
#include <iterator>

#include "protocol/limits.h"

namespace xpane {
namespace {

uint32_t requestId(Fields& fields) { return fields.unsigned32("requestId", 1); }

ClipboardFormat formatNamed(Fields& fields, const std::string& name) {
    const auto found = std::find(std::begin(clipboardFormatNames), std::end(clipboardFormatNames), name);
    if (found != std::end(clipboardFormatNames)) {
        return static_cast<ClipboardFormat>(found - std::begin(clipboardFormatNames));
    }
    fields.refuse("format");
    return ClipboardFormat::text;
}

}  // namespace

HostMessage readClipboardOffer(Fields& fields) {
    ClipboardOffer offer;
    offer.offerId = fields.unsigned32("offerId", 1);
    for (const std::string& name : fields.strings("formats", 0, std::size(clipboardFormatNames))) {
        const ClipboardFormat format = formatNamed(fields, name);
        const bool isNew = std::find(offer.formats.begin(), offer.formats.end(), format) == offer.formats.end();
        if (!isNew) fields.refuse("formats");
        offer.formats.push_back(format);
    }
    return ClipboardCommand{std::move(offer)};
}

HostMessage readClipboardRequest(Fields& fields) {
    const uint32_t id = requestId(fields), offerId = fields.unsigned32("offerId", 1);
    return ClipboardCommand{ClipboardRequest{id, offerId, formatNamed(fields, fields.string("format"))}};
}

HostMessage readClipboardReply(Fields& fields) {
    const uint32_t id = requestId(fields);
    return ClipboardCommand{ClipboardReply{id, fields.integer("sizeBytes", 0, mostClipboardBytes)}};
}

HostMessage readClipboardRefusal(Fields& fields) {
    const uint32_t id = requestId(fields);
    const size_t reason = fields.oneOf("reason", {"gone", "refused", "too-large", "failed"});
    return ClipboardCommand{ClipboardRefusal{id, static_cast<ClipboardRefusalReason>(reason)}};
}

HostMessage readClipboardAck(Fields& fields) {
    const uint32_t id = requestId(fields);
    return ClipboardCommand{ClipboardAck{id, fields.integer("bytes", 0, mostClipboardBytes)}};
}

HostMessage readClipboardCancel(Fields& fields) { return ClipboardCommand{ClipboardCancel{requestId(fields)}}; }

HostMessage readClipboardProgress(Fields& fields) { return ClipboardCommand{ClipboardProgress{requestId(fields)}}; }

}  // namespace xpane
