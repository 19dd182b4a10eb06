#include "clipboard/content-sender.h"

#include <algorithm>
#include <utility>

#include "protocol/encode-clipboard.h"
#include "protocol/limits.h"
#include "protocol/transfer-chunk.h"

namespace xpane {
namespace {

// More content than this is not put before what windows have to say; the socket takes it in some milliseconds.
constexpr size_t mostQueuedContentBytes = 512 * 1024;

}  // namespace

std::string ContentSender::requested(const ClipboardRequest& request) {
    if (request.requestId <= lastId_) return "a request that was there before";
    if (open_.size() >= mostClipboardRequests) return "too many requests at once";
    lastId_ = request.requestId;
    open_[request.requestId];
    return {};
}

std::string ContentSender::acknowledged(const ClipboardAck& ack) {
    if (ack.requestId > lastId_) return "an acknowledgement of what it never asked for";
    const auto found = open_.find(ack.requestId);
    if (found == open_.end()) return {};
    Content& content = found->second;
    if (ack.bytes < content.acknowledged || ack.bytes > content.sent) return "more acknowledged than was sent";
    content.acknowledged = ack.bytes;
    if (content.answered && ack.bytes == static_cast<int64_t>(content.bytes.size())) open_.erase(found);
    return {};
}

std::string ContentSender::cancelled(const ClipboardCancel& cancel) {
    if (cancel.requestId > lastId_) return "the end of what it never asked for";
    open_.erase(cancel.requestId);
    return {};
}

void ContentSender::tellProgress(uint32_t requestId) {
    const auto found = open_.find(requestId);
    if (found != open_.end() && !found->second.answered) host_.control(clipboardMessage(ClipboardProgress{requestId}));
}

void ContentSender::give(uint32_t requestId, std::string content) {
    const auto found = open_.find(requestId);
    if (found == open_.end()) return;
    if (static_cast<int64_t>(content.size()) > mostClipboardBytes) {
        return refuse(requestId, ClipboardRefusalReason::tooLarge);
    }
    found->second.answered = true;
    found->second.bytes = std::move(content);
    host_.control(clipboardMessage(ClipboardReply{requestId, static_cast<int64_t>(found->second.bytes.size())}));
    if (found->second.bytes.empty()) open_.erase(found);
}

void ContentSender::refuse(uint32_t requestId, ClipboardRefusalReason reason) {
    if (open_.erase(requestId) != 0) host_.control(clipboardMessage(ClipboardRefusal{requestId, reason}));
}

void ContentSender::send() {
    for (auto& [requestId, content] : open_) {
        while (sendPiece(requestId, content)) {
        }
    }
}

bool ContentSender::sendPiece(uint32_t requestId, Content& content) {
    const int64_t left = static_cast<int64_t>(content.bytes.size()) - content.sent;
    const int64_t room = transferWindowBytes - (content.sent - content.acknowledged);
    const int64_t bytes = std::min({left, room, static_cast<int64_t>(mostChunkBytes)});
    if (bytes <= 0 || host_.queuedBytes() > mostQueuedContentBytes) return false;
    std::vector<uint8_t> message =
        chunkMessage(requestId, content.sent, static_cast<size_t>(bytes), kindClipboardChunk);
    std::copy_n(content.bytes.begin() + content.sent, bytes, message.begin() + chunkHeaderBytes);
    content.sent += bytes;
    host_.binary(std::move(message));
    return true;
}

void ContentSender::clear() {
    open_.clear();
    lastId_ = 0;
}

}  // namespace xpane
