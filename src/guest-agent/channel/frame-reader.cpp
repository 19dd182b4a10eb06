#include "channel/frame-reader.h"

#include <cstring>
#include <utility>

#include "win/unicode.h"

namespace xpane {
namespace {

constexpr size_t maskBytes = 4;
constexpr uint64_t mostControlFrameBytes = 125;

bool isControl(Opcode opcode) { return static_cast<uint8_t>(opcode) >= 8; }

}  // namespace

void FrameReader::feed(std::string_view bytes) {
    if (!violation_.empty()) return;
    buffer_.erase(0, at_);
    at_ = 0;
    buffer_.append(bytes);
}

std::optional<FrameReader::Message> FrameReader::next() {
    while (violation_.empty()) {
        const std::optional<Header> frame = header();
        if (!frame || !allowed(*frame)) return std::nullopt;
        if (buffer_.size() - at_ < frame->headerBytes + frame->payloadBytes) return std::nullopt;
        std::string payload = unmasked(*frame);
        at_ += frame->headerBytes + payload.size();
        if (auto message = joined(*frame, std::move(payload))) return message;
    }
    return std::nullopt;
}

// Nothing while the header itself is not whole.
std::optional<FrameReader::Header> FrameReader::header() {
    const auto byte = [this](size_t i) { return static_cast<uint8_t>(buffer_[at_ + i]); };
    const size_t have = buffer_.size() - at_;
    if (have < 2) return std::nullopt;
    if ((byte(0) & 0x70) != 0) refuse("reserved bits");
    if ((byte(1) & 0x80) == 0) refuse("frame not masked");
    if (!violation_.empty()) return std::nullopt;

    Header result;
    result.final = (byte(0) & 0x80) != 0;
    result.opcode = static_cast<Opcode>(byte(0) & 0x0f);
    const unsigned shortLength = byte(1) & 0x7f;
    const size_t lengthBytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
    result.headerBytes = 2 + lengthBytes + maskBytes;
    if (have < result.headerBytes) return std::nullopt;
    result.payloadBytes = lengthBytes == 0 ? shortLength : 0;
    for (size_t i = 0; i < lengthBytes; ++i) result.payloadBytes = result.payloadBytes << 8 | byte(2 + i);
    const uint64_t leastForForm = lengthBytes == 8 ? 0x10000 : lengthBytes == 2 ? 126 : 0;
    if (result.payloadBytes < leastForForm) refuse("length not in its shortest form");
    return result;
}

bool FrameReader::allowed(const Header& header) {
    switch (header.opcode) {
        case Opcode::close:
        case Opcode::ping:
        case Opcode::pong:
            if (!header.final) refuse("fragmented control frame");
            if (header.payloadBytes > mostControlFrameBytes) refuse("control frame too long");
            break;
        case Opcode::binary:
            if (mostBinaryBytes_ == 0) refuse("binary message from the host");
            [[fallthrough]];
        case Opcode::text:
            if (fragmented_) refuse("new message within a fragmented one");
            break;
        case Opcode::continuation:
            if (!fragmented_) refuse("continuation of nothing");
            break;
        default:
            refuse("unknown opcode");
    }
    if (!isControl(header.opcode) && header.payloadBytes + fragments_.size() > mostBytes(header)) {
        refuse("message too long");
    }
    return violation_.empty();
}

// Limits may have changed since the message's first fragment.
size_t FrameReader::mostBytes(const Header& header) const {
    const Opcode kind = header.opcode == Opcode::continuation ? begun_ : header.opcode;
    return kind == Opcode::binary ? mostBinaryBytes_ : mostTextBytes_;
}

std::string FrameReader::unmasked(const Header& header) const {
    const size_t start = at_ + header.headerBytes;
    const char* mask = buffer_.data() + start - maskBytes;
    std::string payload = buffer_.substr(start, static_cast<size_t>(header.payloadBytes));
    // A word at a time, as far as that goes: content of files comes this way.
    uint32_t word, maskWord;
    memcpy(&maskWord, mask, maskBytes);
    if (maskWord == 0) return payload;
    size_t i = 0;
    for (; i + maskBytes <= payload.size(); i += maskBytes) {
        memcpy(&word, &payload[i], maskBytes);
        word ^= maskWord;
        memcpy(&payload[i], &word, maskBytes);
    }
    for (; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % maskBytes]);
    return payload;
}

std::optional<FrameReader::Message> FrameReader::joined(const Header& header, std::string payload) {
    if (isControl(header.opcode)) return Message{header.opcode, std::move(payload)};
    if (header.opcode != Opcode::continuation) begun_ = header.opcode;
    // Most come in one piece, and those of files are large.
    const bool whole = header.final && fragments_.empty();
    if (!whole) fragments_ += payload;
    fragmented_ = !header.final;
    if (fragmented_) return std::nullopt;
    Message message{begun_, whole ? std::move(payload) : std::exchange(fragments_, {})};
    if (message.opcode == Opcode::binary || isUtf8(message.payload)) return message;
    refuse("text is not UTF-8");
    return std::nullopt;
}

void FrameReader::refuse(const char* reason) {
    if (violation_.empty()) violation_ = reason;
    buffer_.clear();
    at_ = 0;
}

}  // namespace xpane
