#include "channel/frame-writer.h"

#include <string>

namespace xpane {
namespace {
constexpr size_t mostCloseReasonBytes = 123;
}

std::vector<uint8_t> frameHeader(Opcode opcode, uint64_t payloadBytes) {
    constexpr uint8_t final = 0x80;
    std::vector<uint8_t> header{static_cast<uint8_t>(final | static_cast<uint8_t>(opcode))};
    const auto length = [&header, payloadBytes](int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            header.push_back(static_cast<uint8_t>(payloadBytes >> shift));
        }
    };
    if (payloadBytes < 126) {
        length(1);
    } else if (payloadBytes <= 0xffff) {
        header.push_back(126);
        length(2);
    } else {
        header.push_back(127);
        length(8);
    }
    return header;
}

std::vector<uint8_t> wholeFrame(Opcode opcode, std::string_view payload) {
    std::vector<uint8_t> frame = frameHeader(opcode, payload.size());
    frame.insert(frame.end(), payload.begin(), payload.end());
    return frame;
}

std::vector<uint8_t> closeFrame(uint16_t code, std::string_view reason) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
    payload.append(reason.substr(0, mostCloseReasonBytes));
    return wholeFrame(Opcode::close, payload);
}

}  // namespace xpane
