#include "channel/session.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "channel/http-upgrade.h"
#include "channel/proof.h"
#include "crypto/sha.h"
#include "protocol/limits.h"

namespace xpane {
namespace {

constexpr uint32_t heartbeatsOfSilence = 3;
constexpr std::string_view headEnd = "\r\n\r\n";

constexpr uint8_t kindIcon = 2;
constexpr size_t iconIdOffset = 8, iconHeaderBytes = 16;

uint64_t iconIdIn(const std::vector<uint8_t>& message) {
    uint64_t id = 0;
    for (size_t i = 8; i-- > 0;) id = id << 8 | message[iconIdOffset + i];
    return id;
}

}  // namespace

Session::Session(std::string secret, std::function<std::string()> nonce, SessionEvents& events, uint64_t nowMs)
    : secret_(std::move(secret)), makeNonce_(std::move(nonce)), events_(events), deadlineMs_(nowMs + handshakeMs) {
    reader_.limit(mostUnprovenBytes);
}

void Session::receive(std::string_view bytes, uint64_t nowMs) {
    if (ended()) return;
    if (stage_ == Stage::request) {
        readRequest(bytes, nowMs);
    } else {
        readFrames(bytes, nowMs);
    }
}

void Session::readRequest(std::string_view bytes, uint64_t nowMs) {
    request_ += bytes;
    const size_t end = request_.find(headEnd);
    const size_t headBytes = end == request_.npos ? request_.size() : end + headEnd.size();
    if (headBytes > mostRequestBytes) return refuse(431, "HTTP: header too long", nowMs);
    if (end == request_.npos) return;

    const UpgradeAnswer answer = answerUpgrade(std::string_view(request_).substr(0, headBytes));
    send({answer.response.begin(), answer.response.end()});
    if (!answer.accepted) return finish(answer.refusal, nowMs);
    stage_ = Stage::challenge;
    const std::string rest = std::exchange(request_, {}).substr(headBytes);
    readFrames(rest, nowMs);
}

void Session::readFrames(std::string_view bytes, uint64_t nowMs) {
    while (!ended()) {
        auto message = reader_.next(bytes);
        if (!message) break;
        handle(std::move(*message), nowMs);
    }
    if (!ended() && !reader_.violation().empty()) close(closeCode::violation, reader_.violation(), nowMs);
}

void Session::handle(FrameReader::Message message, uint64_t nowMs) {
    heard(nowMs);
    switch (message.opcode) {
        case Opcode::ping:
            return send(wholeFrame(Opcode::pong, message.payload));
        case Opcode::close:
            return close(closeCode::goodbye, "the host said goodbye", nowMs);
        case Opcode::text:
            return handle(parseHostMessage(message.payload), nowMs);
        case Opcode::binary:
            return handleBinary(std::move(message.payload), nowMs);
        default:
            return;  // a pong nobody asked for
    }
}

void Session::handle(const HostMessage& message, uint64_t nowMs) {
    if (const auto* violation = std::get_if<Violation>(&message)) {
        return close(closeCode::violation, violation->reason, nowMs);
    }
    if (stage_ != Stage::open) {
        if (!handshake(message, nowMs)) close(closeCode::violation, "message out of order", nowMs);
    } else if (const auto* command = std::get_if<DesktopCommand>(&message)) {
        events_.command(*command);
    } else if (const auto* trayCommand = std::get_if<TrayCommand>(&message)) {
        events_.command(*trayCommand);
    } else if (const auto* linkCommand = std::get_if<LinkCommand>(&message)) {
        events_.command(*linkCommand);
    } else if (const auto* printCommand = std::get_if<PrintCommand>(&message)) {
        events_.command(*printCommand);
    } else if (const auto* fileCommand = std::get_if<FileCommand>(&message)) {
        closeIf(events_.command(*fileCommand), nowMs);
    } else if (const auto* clipboardCommand = std::get_if<ClipboardCommand>(&message)) {
        closeIf(events_.command(*clipboardCommand), nowMs);
    } else if (const auto* ping = std::get_if<Ping>(&message)) {
        control(pongMessage(ping->id));
    } else if (const auto* launch = std::get_if<Launch>(&message)) {
        events_.launch(*launch);
    } else if (const auto* request = std::get_if<LogRequest>(&message)) {
        events_.readLog(*request);
    } else if (const auto* time = std::get_if<SetTime>(&message)) {
        events_.setTime(*time);
    } else {
        close(closeCode::violation, "message out of order", nowMs);
    }
}

// Only in an open session: before, the reader refuses all that is binary.
void Session::handleBinary(std::string message, uint64_t nowMs) {
    const bool isClipboard = isChunk(message, kindClipboardChunk);
    auto chunk = readChunk(std::move(message), isClipboard ? kindClipboardChunk : kindFileChunk);
    if (!chunk) return closeIf("not a piece of content", nowMs);
    closeIf(isClipboard ? events_.clipboardChunk(*chunk) : events_.chunk(std::move(*chunk)), nowMs);
}

void Session::closeIf(const std::string& violation, uint64_t nowMs) {
    if (!violation.empty()) close(closeCode::violation, violation, nowMs);
}

// False if the message is not the one that this stage waits for.
bool Session::handshake(const HostMessage& message, uint64_t nowMs) {
    if (const auto* challenge = std::get_if<Challenge>(&message); challenge && stage_ == Stage::challenge) {
        answerChallenge(*challenge);
    } else if (const auto* proof = std::get_if<HostProof>(&message); proof && stage_ == Stage::proof) {
        checkProof(*proof, nowMs);
    } else if (const auto* offer = std::get_if<WelcomeOffer>(&message); offer && stage_ == Stage::welcome) {
        acceptWelcome(*offer, nowMs);
    } else if (const auto* adopt = std::get_if<AdoptSecret>(&message); adopt && stage_ == Stage::welcome) {
        adoptSecret(*adopt, nowMs);
    } else {
        return false;
    }
    return true;
}

void Session::answerChallenge(const Challenge& challenge) {
    hostNonce_ = challenge.nonce;
    ownNonce_ = makeNonce_();
    stage_ = Stage::proof;
    control(proofMessage(ownNonce_, agentProof(secret_, hostNonce_, ownNonce_)));
}

void Session::checkProof(const HostProof& proof, uint64_t nowMs) {
    if (!equalInConstantTime(proof.hmac, hostProof(secret_, hostNonce_, ownNonce_))) {
        return close(closeCode::notProven, "the host does not know the secret", nowMs);
    }
    stage_ = Stage::welcome;
    deadlineMs_ = nowMs + handshakeMs;
    reader_.limit(mostControlBytes);
    events_.proven(*this);
    control(helloMessage(events_.hello()));
}

void Session::acceptWelcome(const WelcomeOffer& offer, uint64_t nowMs) {
    if (offer.major != protocolMajor) return close(closeCode::version, "another protocol version", nowMs);
    stage_ = Stage::open;
    reader_.limit(mostControlBytes, chunkHeaderBytes + mostChunkBytes);
    silenceMs_ = offer.terms.heartbeatMs * heartbeatsOfSilence;
    heard(nowMs);
    events_.welcomed(*this, offer.terms);
}

void Session::adoptSecret(const AdoptSecret& message, uint64_t nowMs) {
    if (!events_.adopt(openSecret(secret_, hostNonce_, ownNonce_, message.sealed))) {
        return close(closeCode::notKept, "another secret could not be kept", nowMs);
    }
    control(secretAdoptedMessage());
    close(closeCode::goodbye, "the secret is another one", nowMs);
}

// Only whole messages count: dribbled bytes do not keep a connection.
void Session::heard(uint64_t nowMs) {
    if (stage_ == Stage::open) deadlineMs_ = nowMs + silenceMs_;
}

void Session::expire(uint64_t nowMs) {
    if (nowMs < deadlineMs_) return;
    switch (stage_) {
        case Stage::request:
            return refuse(408, "HTTP: header not finished in time", nowMs);
        case Stage::closing:
        case Stage::dead:
            return die(reason_);
        case Stage::open:
            return close(closeCode::timeout, "nothing heard from the host", nowMs);
        default:
            return close(closeCode::timeout, "handshake not finished in time", nowMs);
    }
}

void Session::close(uint16_t code, const std::string& reason, uint64_t nowMs) {
    if (ended()) return;
    if (stage_ == Stage::request) return die(reason);
    send(closeFrame(code, reason));
    finish(std::to_string(code) + " " + reason, nowMs);
}

void Session::die(const std::string& reason) {
    stage_ = Stage::dead;
    if (reason_.empty()) reason_ = reason;
    deadlineMs_ = 0;  // its owner has something to do now
    outgoing_.clear();
}

void Session::refuse(int httpStatus, const std::string& reason, uint64_t nowMs) {
    const std::string response = refusalResponse(httpStatus);
    send({response.begin(), response.end()});
    finish(reason, nowMs);
}

void Session::finish(const std::string& reason, uint64_t nowMs) {
    if (stage_ == Stage::dead) return;
    stage_ = Stage::closing;
    reason_ = reason;
    deadlineMs_ = nowMs + farewellMs;
}

void Session::control(const nlohmann::json& message) {
    // Texts are valid UTF-8 by contract; one that is not must not end the agent.
    send(wholeFrame(Opcode::text, message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
}

void Session::binary(std::vector<uint8_t> message) {
    // The host takes an icon once in a connection; windows and applications share theirs.
    if (message.size() >= iconHeaderBytes && message[0] == kindIcon && !sentIcons_.insert(iconIdIn(message)).second) {
        return;
    }
    send(frameHeader(Opcode::binary, message.size()));
    send(std::move(message));
}

void Session::send(std::vector<uint8_t> bytes) {
    if (ended()) return;
    outgoing_.add(std::move(bytes));
    if (outgoing_.bytes() > mostQueuedBytes) die("the host does not read");
}

}  // namespace xpane
