#include "tests/client-frames.h"

namespace xpane::test {
namespace {

struct ServerFrame {
    uint8_t opcode;
    std::string_view payload;
    size_t bytes;
};

ServerFrame first(std::string_view frames) {
    const auto byte = [frames](size_t i) { return static_cast<uint8_t>(frames.at(i)); };
    size_t header = 2, length = byte(1);
    if (length == 126) {
        length = byte(2) << 8 | byte(3);
        header = 4;
    } else if (length == 127) {
        length = 0;
        for (size_t i = 2; i < 10; ++i) length = length << 8 | byte(i);
        header = 10;
    }
    return {static_cast<uint8_t>(byte(0) & 15), frames.substr(header, length), header + length};
}

}  // namespace

std::string upgradeRequest(const std::string& extraHeaders) {
    return "GET / HTTP/1.1\r\nHost: guest\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
           "Sec-WebSocket-Protocol: xpane.1\r\n" + extraHeaders + "\r\n";
}

std::string maskedFrame(uint8_t opcode, std::string_view payload, bool final) {
    constexpr char mask[] = {0x11, 0x7f, 0x00, 0x5a};
    std::string frame{static_cast<char>((final ? 0x80 : 0) | opcode)};
    if (payload.size() < 126) {
        frame.push_back(static_cast<char>(0x80 | payload.size()));
    } else if (payload.size() <= 0xffff) {
        frame.push_back(static_cast<char>(0x80 | 126));
        frame.push_back(static_cast<char>(payload.size() >> 8));
        frame.push_back(static_cast<char>(payload.size()));
    } else {
        frame.push_back(static_cast<char>(0x80 | 127));
        for (int shift = 56; shift >= 0; shift -= 8) {
            frame.push_back(static_cast<char>(static_cast<uint64_t>(payload.size()) >> shift));
        }
    }
    frame.append(mask, sizeof mask);
    for (size_t i = 0; i < payload.size(); ++i) frame.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
    return frame;
}

std::string textIn(std::string_view frames) { return std::string(first(frames).payload); }

uint16_t closeCodeIn(std::string_view frames) {
    uint16_t code = 0;
    while (!frames.empty()) {
        const ServerFrame frame = first(frames);
        const auto byte = [&frame](size_t i) { return static_cast<uint8_t>(frame.payload.at(i)); };
        code = frame.opcode == 8 ? static_cast<uint16_t>(byte(0) << 8 | byte(1)) : 0;
        frames.remove_prefix(frame.bytes);
    }
    return code;
}

}  // namespace xpane::test
