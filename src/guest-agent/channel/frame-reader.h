// Reads WebSocket frames of a client (RFC 6455, section 5) from bytes that come in any pieces, and joins fragments
// to messages. Every dimension is bounded before anything is kept; the first violation ends the reading for good.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "channel/frame-writer.h"

namespace xpane {

class FrameReader {
public:
    struct Message {
        Opcode opcode;  // text, binary, close, ping or pong
        std::string payload;
    };

    // The longest messages from now on, in bytes, all fragments together. 0: no binary ones at all.
    void limit(size_t mostTextBytes, size_t mostBinaryBytes = 0) {
        mostTextBytes_ = mostTextBytes;
        mostBinaryBytes_ = mostBinaryBytes;
    }
    void feed(std::string_view bytes);
    // The next whole message, or nothing until more bytes come. Limits may change between two of them.
    std::optional<Message> next();
    // What the client did wrong; empty so far.
    const std::string& violation() const { return violation_; }

private:
    struct Header {
        bool final = false;
        Opcode opcode = Opcode::continuation;
        size_t headerBytes = 0;  // mask included
        uint64_t payloadBytes = 0;
    };

    std::optional<Header> header();
    bool allowed(const Header& header);
    size_t mostBytes(const Header& header) const;
    std::string unmasked(const Header& header) const;
    std::optional<Message> joined(const Header& header, std::string payload);
    void refuse(const char* reason);

    size_t mostTextBytes_ = 0, mostBinaryBytes_ = 0;
    std::string buffer_;
    size_t at_ = 0;  // start of what was not read yet in the buffer
    std::string fragments_;
    bool fragmented_ = false;  // a message has begun and not ended
    Opcode begun_ = Opcode::text;  // which kind
    std::string violation_;
};

}  // namespace xpane
