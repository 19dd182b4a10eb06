#include "channel/frame-reader.h"

#include <cstring>
#include <utility>

#include "win/unicode.h"

namespace xpane {
namespace {

constexpr size_t maskBytes = 4;
constexpr uint64_t mostControlFrameBytes = 125;

bool isControl(Opcode opcode) { return static_cast<uint8_t>(opcode) >= 8; }

std::string_view taken(std::string_view& bytes, size_t most) {
    const std::string_view front = bytes.substr(0, most);
    bytes.remove_prefix(front.size());
    return front;
}

// A word at a time, as far as that goes: content of files comes this way, most of it with a mask of zeros.
void unmask(std::string& payload, uint32_t mask) {
    if (mask == 0) return;
    char bytes[maskBytes];
    memcpy(bytes, &mask, maskBytes);
    uint32_t word;
    size_t i = 0;
    for (; i + maskBytes <= payload.size(); i += maskBytes) {
        memcpy(&word, &payload[i], maskBytes);
        word ^= mask;
        memcpy(&payload[i], &word, maskBytes);
    }
    for (; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ bytes[i % maskBytes]);
}

}  // namespace

std::optional<FrameReader::Message> FrameReader::next(std::string_view& bytes) {
    while (violation_.empty()) {
        if (!frame_) readHeader(bytes);
        if (!frame_) return std::nullopt;
        payload_ += taken(bytes, static_cast<size_t>(frame_->payloadBytes) - payload_.size());
        if (payload_.size() < frame_->payloadBytes) return std::nullopt;
        const Header frame = *std::exchange(frame_, std::nullopt);
        unmask(payload_, frame.mask);
        if (auto message = joined(frame, std::exchange(payload_, {}))) return message;
    }
    return std::nullopt;
}

// A byte at a time: how long it is stands in it. What is too long is refused before there is room for it.
void FrameReader::readHeader(std::string_view& bytes) {
    while (!bytes.empty() && violation_.empty()) {
        header_ += taken(bytes, 1);
        const std::optional<Header> frame = header();
        if (!frame) continue;
        header_.clear();
        if (!allowed(*frame)) return;
        frame_ = frame;
        payload_.reserve(static_cast<size_t>(frame->payloadBytes));
        return;
    }
}

// Nothing while the header itself is not whole.
std::optional<FrameReader::Header> FrameReader::header() {
    const auto byte = [this](size_t i) { return static_cast<uint8_t>(header_[i]); };
    const size_t have = header_.size();
    if (have < 2) return std::nullopt;
    if ((byte(0) & 0x70) != 0) refuse("reserved bits");
    if ((byte(1) & 0x80) == 0) refuse("frame not masked");
    if (!violation_.empty()) return std::nullopt;

    Header result;
    result.final = (byte(0) & 0x80) != 0;
    result.opcode = static_cast<Opcode>(byte(0) & 0x0f);
    const unsigned shortLength = byte(1) & 0x7f;
    const size_t lengthBytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
    const size_t headerBytes = 2 + lengthBytes + maskBytes;
    if (have < headerBytes) return std::nullopt;
    memcpy(&result.mask, &header_[headerBytes - maskBytes], maskBytes);
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
    // A length may be all of 64 bits: nothing is added to it.
    const size_t most = mostBytes(header);
    const bool fits = fragments_.size() <= most && header.payloadBytes <= most - fragments_.size();
    if (!isControl(header.opcode) && !fits) refuse("message too long");
    return violation_.empty();
}

// Limits may have changed since the message's first fragment.
size_t FrameReader::mostBytes(const Header& header) const {
    const Opcode kind = header.opcode == Opcode::continuation ? begun_ : header.opcode;
    return kind == Opcode::binary ? mostBinaryBytes_ : mostTextBytes_;
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
    header_.clear();
    payload_.clear();
}

}  // namespace xpane
