#include "clipboard/content-receiver.h"

#include <utility>

#include "protocol/encode-clipboard.h"

namespace xpane {

void ContentReceiver::ask(uint32_t offerId, ClipboardFormat format) {
    giveUp();
    content_.clear();
    sizeBytes_.reset();
    state_ = State::waiting;
    host_.control(clipboardMessage(ClipboardRequest{++lastId_, offerId, format}));
}

void ContentReceiver::giveUp() {
    if (state_ == State::waiting) host_.control(clipboardMessage(ClipboardCancel{lastId_}));
    state_ = State::idle;
    content_ = {};
}

std::string ContentReceiver::receive(const ClipboardReply& reply) {
    if (reply.requestId > lastId_) return "an answer to what nobody asked for";
    if (isLate(reply.requestId)) return {};
    if (sizeBytes_) return "a second answer to a request";
    sizeBytes_ = reply.sizeBytes;
    content_.reserve(static_cast<size_t>(reply.sizeBytes));
    if (reply.sizeBytes == 0) state_ = State::whole;
    return {};
}

std::string ContentReceiver::receive(const ClipboardRefusal& refusal) {
    if (refusal.requestId > lastId_) return "an answer to what nobody asked for";
    if (!isLate(refusal.requestId)) state_ = State::refused;
    return {};
}

std::string ContentReceiver::receive(const ClipboardProgress& progress) const {
    return progress.requestId > lastId_ ? "progress of what nobody asked for" : "";
}

std::string ContentReceiver::receive(const TransferChunk& chunk) {
    if (chunk.transferId > lastId_) return "content that nobody asked for";
    if (isLate(chunk.transferId)) return {};
    if (!sizeBytes_) return "content before the answer";
    if (chunk.offset != static_cast<int64_t>(content_.size())) return "content out of order";
    if (static_cast<int64_t>(chunk.data().size()) > *sizeBytes_ - chunk.offset) return "more content than was announced";
    content_ += chunk.data();
    const auto bytes = static_cast<int64_t>(content_.size());
    host_.control(clipboardMessage(ClipboardAck{lastId_, bytes}));
    if (bytes == *sizeBytes_) state_ = State::whole;
    return {};
}

std::string ContentReceiver::take() {
    state_ = State::idle;
    return std::exchange(content_, {});
}

void ContentReceiver::clear() {
    if (state_ == State::waiting) state_ = State::refused;
    lastId_ = 0;
}

}  // namespace xpane
