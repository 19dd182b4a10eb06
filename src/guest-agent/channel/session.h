// One connection's conversation, from the HTTP request to the last frame, without the socket: bytes and times go in,
// bytes and events come out. So all of it is tested without a network.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "channel/frame-reader.h"
#include "channel/send-queue.h"
#include "protocol/commands.h"
#include "protocol/encode.h"
#include "protocol/parse.h"
#include "protocol/transfer-chunk.h"

namespace xpane {

constexpr uint64_t handshakeMs = 5000;  // to the proof; as long again to the welcome
constexpr uint64_t farewellMs = 1000;   // for the other side to take our last words
constexpr size_t mostQueuedBytes = 64 * 1024 * 1024;

class Session;

// What the conversation leads to. Called from within Session::receive.
class SessionEvents {
public:
    virtual ~SessionEvents() = default;
    virtual Hello hello() = 0;
    // The host knows the secret: of all sessions only this one is the host's now.
    virtual void proven(Session& session) = 0;
    // The host's secret is another one from now on, 32 bytes. False: it cannot be kept, and the old one stays.
    virtual bool adopt(const std::string& secret) = 0;
    virtual void welcomed(Session& session, const Welcome& welcome) = 0;
    virtual void launch(const Launch& launch) = 0;
    virtual void readLog(const LogRequest& request) = 0;
    virtual void setTime(const SetTime& time) = 0;
    virtual void command(const DesktopCommand& command) = 0;
    virtual void command(const TrayCommand& command) = 0;
    virtual void command(const LinkCommand& command) = 0;
    virtual void command(const PrintCommand& command) = 0;
    // These two: empty, or how the host broke the protocol. The content of `chunk` is the callee's.
    virtual std::string command(const FileCommand& command) = 0;
    virtual std::string chunk(TransferChunk chunk) = 0;
    // As these two.
    virtual std::string command(const ClipboardCommand& command) = 0;
    virtual std::string clipboardChunk(const TransferChunk& chunk) = 0;
};

class Session {
public:
    // In order; none is entered twice.
    enum class Stage {
        request,    // the HTTP request
        challenge,  // the host's nonce
        proof,      // the host's answer to ours
        welcome,    // the host's terms, or another secret: then it comes again
        open,
        closing,  // our last words are queued; what still comes in is ignored
        dead,     // nothing may be sent either: close the socket at once
    };

    // `nonce` makes 64 random hex digits. `secret`: 32 bytes.
    Session(std::string secret, std::function<std::string()> nonce, SessionEvents& events, uint64_t nowMs);

    void receive(std::string_view bytes, uint64_t nowMs);
    // The moment at which `expire` is due, on the clock of `nowMs`.
    uint64_t deadlineMs() const { return deadlineMs_; }
    void expire(uint64_t nowMs);
    // Says why (a WebSocket close code), if the request was accepted at all, and ends.
    void close(uint16_t code, const std::string& reason, uint64_t nowMs);
    void die(const std::string& reason);

    // One message to the host. Only when open.
    void control(const nlohmann::json& message);
    void binary(std::vector<uint8_t> message);

    Stage stage() const { return stage_; }
    bool ended() const { return stage_ >= Stage::closing; }
    // Why it ended, for the log.
    const std::string& reason() const { return reason_; }
    SendQueue& outgoing() { return outgoing_; }
    const SendQueue& outgoing() const { return outgoing_; }

private:
    void readRequest(std::string_view bytes, uint64_t nowMs);
    void readFrames(std::string_view bytes, uint64_t nowMs);
    void handle(FrameReader::Message message, uint64_t nowMs);
    void handle(const HostMessage& message, uint64_t nowMs);
    void handleBinary(std::string message, uint64_t nowMs);
    void closeIf(const std::string& violation, uint64_t nowMs);
    bool handshake(const HostMessage& message, uint64_t nowMs);
    void answerChallenge(const Challenge& challenge);
    void checkProof(const HostProof& proof, uint64_t nowMs);
    void acceptWelcome(const WelcomeOffer& offer, uint64_t nowMs);
    void adoptSecret(const AdoptSecret& message, uint64_t nowMs);
    void heard(uint64_t nowMs);
    void refuse(int httpStatus, const std::string& reason, uint64_t nowMs);
    void finish(const std::string& reason, uint64_t nowMs);
    void send(std::vector<uint8_t> bytes);

    const std::string secret_;
    const std::function<std::string()> makeNonce_;
    SessionEvents& events_;
    Stage stage_ = Stage::request;
    uint64_t deadlineMs_;
    uint32_t silenceMs_ = 0;  // allowed, once open
    std::string request_;
    FrameReader reader_;
    std::string hostNonce_, ownNonce_;
    std::unordered_set<uint64_t> sentIcons_;
    SendQueue outgoing_;
    std::string reason_;
};

}  // namespace xpane
