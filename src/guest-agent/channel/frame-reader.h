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
    // Takes from the front of `bytes` up to the end of the next message; nothing while that is not whole, then all is
    // taken. Limits may change between two of them.
    std::optional<Message> next(std::string_view& bytes);
    // What the client did wrong; empty so far.
    const std::string& violation() const { return violation_; }

private:
    struct Header {
        bool final = false;
        Opcode opcode = Opcode::continuation;
        uint64_t payloadBytes = 0;
        uint32_t mask = 0;
    };

    void readHeader(std::string_view& bytes);
    std::optional<Header> header();
    bool allowed(const Header& header);
    size_t mostBytes(const Header& header) const;
    std::optional<Message> joined(const Header& header, std::string payload);
    void refuse(const char* reason);

    size_t mostTextBytes_ = 0, mostBinaryBytes_ = 0;
    std::string header_;  // what has come of it, while there is no frame
    std::optional<Header> frame_;
    std::string payload_;  // what has come of the frame's, still masked
    std::string fragments_;
    bool fragmented_ = false;  // a message has begun and not ended
    Opcode begun_ = Opcode::text;  // which kind
    std::string violation_;
};

}  // namespace xpane
