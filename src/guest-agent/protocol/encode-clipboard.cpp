#include "protocol/encode-clipboard.h"

namespace xpane {

using nlohmann::json;

namespace {

const char* nameOf(ClipboardFormat format) { return clipboardFormatNames[static_cast<int>(format)]; }

const char* nameOf(ClipboardRefusalReason reason) {
    switch (reason) {
        case ClipboardRefusalReason::gone: return "gone";
        case ClipboardRefusalReason::refused: return "refused";
        case ClipboardRefusalReason::tooLarge: return "too-large";
        case ClipboardRefusalReason::failed: break;
    }
    return "failed";
}

}  // namespace

json clipboardMessage(const ClipboardOffer& offer) {
    json formats = json::array();
    for (const ClipboardFormat format : offer.formats) formats.push_back(nameOf(format));
    return {{"type", "clipboard-offer"}, {"offerId", offer.offerId}, {"formats", formats}};
}

json clipboardMessage(const ClipboardRequest& request) {
    return {{"type", "clipboard-request"},
            {"requestId", request.requestId},
            {"offerId", request.offerId},
            {"format", nameOf(request.format)}};
}

json clipboardMessage(const ClipboardReply& reply) {
    return {{"type", "clipboard-reply"}, {"requestId", reply.requestId}, {"sizeBytes", reply.sizeBytes}};
}

json clipboardMessage(const ClipboardRefusal& refusal) {
    return {{"type", "clipboard-refusal"}, {"requestId", refusal.requestId}, {"reason", nameOf(refusal.reason)}};
}

json clipboardMessage(const ClipboardAck& ack) {
    return {{"type", "clipboard-ack"}, {"requestId", ack.requestId}, {"bytes", ack.bytes}};
}

json clipboardMessage(const ClipboardCancel& cancel) {
    return {{"type", "clipboard-cancel"}, {"requestId", cancel.requestId}};
}

json clipboardMessage(const ClipboardProgress& progress) {
    return {{"type", "clipboard-progress"}, {"requestId", progress.requestId}};
}

}  // namespace xpane
