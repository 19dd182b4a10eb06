#include "install/agent-talk.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "channel/frame-writer.h"
#include "channel/proof.h"
#include "crypto/hex.h"
#include "crypto/sha.h"
#include "protocol/limits.h"

namespace xpane {
namespace {

constexpr size_t mostHeardBytes = 8 * 1024;
constexpr size_t nonceDigits = 64;
constexpr size_t shortFrameBytes = 126;  // longer payloads have their length in two more bytes
constexpr std::string_view headEnd = "\r\n\r\n";

std::string maskedText(const std::string& payload, const std::string& mask) {
    std::string frame{static_cast<char>(0x80 | static_cast<uint8_t>(Opcode::text))};
    frame.push_back(static_cast<char>(0x80 | payload.size()));
    frame += mask;
    for (size_t i = 0; i < payload.size(); ++i) frame.push_back(static_cast<char>(payload[i] ^ mask[i % mask.size()]));
    return frame;
}

std::string challengeOf(const std::string& nonce) {
    // 95 bytes: a short frame.
    return R"({"type":"challenge","nonce":")" + nonce + "\"}";
}

std::string request() {
    return std::string("GET / HTTP/1.1\r\nHost: guest\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eHBhbmUtaW5zdGFsbC4uLg==\r\n"
                       "Sec-WebSocket-Protocol: ") +
           subprotocol + "\r\n\r\n";
}

}  // namespace

AgentTalk::AgentTalk(std::string secret, std::string nonce, const std::string& mask)
    : secret_(std::move(secret)),
      nonce_(std::move(nonce)),
      firstWords_(request() + maskedText(challengeOf(nonce_), mask)) {}

void AgentTalk::receive(std::string_view bytes) {
    if (state_ != State::listening) return;
    heard_ += bytes;
    read();
    if (state_ == State::listening && heard_.size() > mostHeardBytes) state_ = State::failed;
}

// A head that accepts, and one text frame behind it.
void AgentTalk::read() {
    const size_t headBytes = heard_.find(headEnd);
    if (headBytes == heard_.npos) return;
    if (heard_.compare(0, 12, "HTTP/1.1 101") != 0) {
        state_ = State::failed;
        return;
    }
    const std::string_view frame = std::string_view(heard_).substr(headBytes + headEnd.size());
    const auto byte = [frame](size_t i) { return static_cast<uint8_t>(frame[i]); };
    if (frame.size() < 4) return;
    const bool isLong = byte(1) == shortFrameBytes;
    const size_t headerBytes = isLong ? 4 : 2;
    const size_t payloadBytes = isLong ? static_cast<size_t>(byte(2)) << 8 | byte(3) : byte(1);
    if (byte(0) != (0x80 | static_cast<uint8_t>(Opcode::text)) || byte(1) > shortFrameBytes) {
        state_ = State::failed;
    } else if (frame.size() >= headerBytes + payloadBytes) {
        state_ = proves(std::string(frame.substr(headerBytes, payloadBytes))) ? State::proven : State::failed;
    }
}

bool AgentTalk::proves(const std::string& message) const {
    const auto json = nlohmann::json::parse(message, nullptr, false);
    if (!json.is_object() || json.value("type", nlohmann::json()) != "proof") return false;
    const auto nonce = json.find("nonce"), hmac = json.find("hmac");
    if (nonce == json.end() || hmac == json.end() || !nonce->is_string() || !hmac->is_string()) return false;
    const auto& agentNonce = nonce->get_ref<const std::string&>();
    return isLowerHex(agentNonce, nonceDigits) &&
           equalInConstantTime(hmac->get_ref<const std::string&>(), agentProof(secret_, nonce_, agentNonce));
}

}  // namespace xpane
