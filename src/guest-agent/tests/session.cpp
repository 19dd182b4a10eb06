#include "channel/session.h"

#include <memory>

#include <nlohmann/json.hpp>

#include "channel/http-upgrade.h"
#include "channel/proof.h"
#include "crypto/hex.h"
#include "protocol/limits.h"
#include "tests/check.h"
#include "tests/client-frames.h"

using namespace xpane;
using namespace xpane::test;
using nlohmann::json;
using Stage = Session::Stage;

namespace {

const std::string secret(32, 's');
const std::string hostNonce(64, 'a'), ownNonce(64, 'b');
constexpr uint64_t start = 1000;

struct Recorder : SessionEvents {
    int provens = 0, welcomes = 0;
    std::vector<std::string> launches;
    std::vector<DesktopCommand> commands;
    std::vector<int64_t> times;
    std::vector<GuestLog> logs;
    Hello hello() override { return {"0", std::string(16, '0'), "Test", "redirected", {}, 800, 600}; }
    void proven(Session&) override { ++provens; }
    bool adopt(const std::string& secret) override {
        if (keeps) adopted = secret;
        return keeps;
    }
    bool keeps = true;
    std::string adopted;
    void welcomed(Session&, const Welcome&) override { ++welcomes; }
    void launch(const Launch& launch) override { launches.push_back(launch.applicationId); }
    void command(const DesktopCommand& command) override { commands.push_back(command); }
    void command(const TrayCommand&) override {}
    void readLog(const LogRequest& request) override { logs.push_back(request.log); }
    void command(const LinkCommand&) override {}
    void command(const PrintCommand&) override {}
    std::vector<FileCommand> fileCommands;
    std::vector<std::string> chunks;
    std::string violation;  // what it finds in all of them
    std::string command(const FileCommand& command) override {
        fileCommands.push_back(command);
        return violation;
    }
    std::string chunk(TransferChunk chunk) override {
        chunks.push_back(std::to_string(chunk.transferId) + "@" + std::to_string(chunk.offset) + ":" +
                         std::string(chunk.data()));
        return violation;
    }
    std::string command(const ClipboardCommand&) override { return violation; }
    std::string clipboardChunk(const TransferChunk& chunk) override {
        chunks.push_back("clipboard:" + std::string(chunk.data()));
        return violation;
    }
    void setTime(const SetTime& time) override { times.push_back(time.unixMs); }
};

struct Conversation {
    Recorder events;
    Session session{secret, [] { return ownNonce; }, events, start};

    std::string sent() {
        std::string all;
        std::string_view chunk;
        while (session.outgoing().front(&chunk, 1) == 1) {
            all += chunk;
            session.outgoing().taken(chunk.size());
        }
        return all;
    }
    void say(const json& message, uint64_t now = start) { session.receive(maskedText(message.dump()), now); }
    void upgrade() {
        session.receive(upgradeRequest(), start);
        sent();
    }
    void prove() {
        upgrade();
        say({{"type", "challenge"}, {"nonce", hostNonce}});
        say({{"type", "proof"}, {"hmac", hostProof(secret, hostNonce, ownNonce)}});
        sent();
    }
    void open(uint64_t now = start) {
        prove();
        say({{"type", "welcome"}, {"major", 1}, {"minor", 0}, {"heartbeatMs", 100}, {"frameWindow", 2}}, now);
    }
    void expectClosed(uint16_t code) {
        CHECK(session.stage() == Stage::closing);
        CHECK_EQUAL(closeCodeIn(sent()), code);
    }
};

}  // namespace

TEST("session: a good handshake leads to hello, then to an open channel") {
    Conversation talk;
    talk.session.receive(upgradeRequest(), start);
    CHECK_EQUAL(talk.sent().substr(0, 12), "HTTP/1.1 101");
    talk.say({{"type", "challenge"}, {"nonce", hostNonce}});
    const json proof = json::parse(textIn(talk.sent()));
    CHECK_EQUAL(proof["nonce"], ownNonce);
    CHECK_EQUAL(proof["hmac"], agentProof(secret, hostNonce, ownNonce));
    talk.say({{"type", "proof"}, {"hmac", hostProof(secret, hostNonce, ownNonce)}});
    CHECK_EQUAL(talk.events.provens, 1);
    CHECK_EQUAL(json::parse(textIn(talk.sent()))["type"], "hello");
    talk.say({{"type", "welcome"}, {"major", 1}, {"minor", 0}, {"heartbeatMs", 100}, {"frameWindow", 2}});
    CHECK(talk.session.stage() == Stage::open);
    CHECK_EQUAL(talk.events.welcomes, 1);
    talk.say({{"type", "ping"}, {"id", 9}});
    CHECK_EQUAL(json::parse(textIn(talk.sent()))["id"], 9);
}

TEST("session: the whole handshake a byte at a time") {
    Conversation talk;
    const json challenge = {{"type", "challenge"}, {"nonce", hostNonce}};
    const json proof = {{"type", "proof"}, {"hmac", hostProof(secret, hostNonce, ownNonce)}};
    const std::string bytes = upgradeRequest() + maskedText(challenge.dump()) + maskedText(proof.dump());
    for (const char byte : bytes) talk.session.receive(std::string_view(&byte, 1), start);
    CHECK(talk.session.stage() == Stage::welcome);
}

TEST("session: a wrong proof is closed as not proven") {
    Conversation talk;
    talk.upgrade();
    talk.say({{"type", "challenge"}, {"nonce", hostNonce}});
    talk.sent();
    // The agent's own proof sent back must not do.
    talk.say({{"type", "proof"}, {"hmac", agentProof(secret, hostNonce, ownNonce)}});
    talk.expectClosed(closeCode::notProven);
    CHECK_EQUAL(talk.events.provens, 0);
}

TEST("session: every message out of order is a violation") {
    const json welcome = {{"type", "welcome"}, {"major", 1}, {"minor", 0}, {"heartbeatMs", 100}, {"frameWindow", 2}};
    const json challenge = {{"type", "challenge"}, {"nonce", hostNonce}};
    for (const json& first : {welcome, json{{"type", "ping"}, {"id", 1}}, json{{"type", "release-all"}}}) {
        Conversation talk;
        talk.upgrade();
        talk.say(first);
        talk.expectClosed(closeCode::violation);
    }
    Conversation unwelcomed;
    unwelcomed.prove();
    unwelcomed.say({{"type", "release-all"}});
    unwelcomed.expectClosed(closeCode::violation);
    for (const json& repeated : {welcome, challenge}) {
        Conversation talk;
        talk.open();
        talk.say(repeated);
        talk.expectClosed(closeCode::violation);
    }
}

TEST("session: another major version is refused as such") {
    Conversation talk;
    talk.prove();
    talk.say({{"type", "welcome"}, {"major", 2}, {"minor", 0}, {"heartbeatMs", 100}, {"frameWindow", 2}});
    talk.expectClosed(closeCode::version);
}

TEST("session: before the proof a message may be 1024 bytes long, afterwards 64 KiB") {
    Conversation unproven;
    unproven.upgrade();
    unproven.session.receive(maskedText(std::string(1025, ' ')), start);
    unproven.expectClosed(closeCode::violation);

    Conversation proven;
    proven.open();
    proven.sent();
    const std::string ping = R"({"type":"ping","id":1})";
    proven.session.receive(maskedText(ping + std::string(mostControlBytes - ping.size(), ' ')), start);
    CHECK(proven.session.stage() == Stage::open);
    proven.sent();
    proven.session.receive(maskedText(ping + std::string(mostControlBytes - ping.size() + 1, ' ')), start);
    proven.expectClosed(closeCode::violation);
}

TEST("session: commands and launches reach their rooms in order") {
    Conversation talk;
    talk.open();
    talk.say({{"type", "key"}, {"scancode", 30}, {"extended", false}, {"down", true}});
    talk.say({{"type", "launch"}, {"requestId", 1}, {"applicationId", "0123456789abcdef"}});
    talk.say({{"type", "set-time"}, {"unixMs", 1795401234567}});
    talk.say({{"type", "log-request"}, {"requestId", 2}, {"log", "installer"}});
    talk.say({{"type", "release-all"}});
    CHECK_EQUAL(talk.events.times.at(0), int64_t{1795401234567});
    CHECK(talk.events.logs.at(0) == GuestLog::installer);
    CHECK_EQUAL(talk.events.commands.size(), size_t{2});
    CHECK(std::holds_alternative<Key>(talk.events.commands[0]));
    CHECK(std::holds_alternative<ReleaseAll>(talk.events.commands[1]));
    CHECK_EQUAL(talk.events.launches.at(0), "0123456789abcdef");
}

TEST("session: another secret is adopted in place of a welcome, kept first and then confirmed") {
    // What the secret is XORed with, for a new one of all zeros.
    const std::string sealed = hexOf(openSecret(secret, hostNonce, ownNonce, std::string(64, '0')));
    const json message = {{"type", "adopt-secret"}, {"sealed", sealed}};
    Conversation talk;
    talk.prove();
    talk.say(message);
    CHECK_EQUAL(talk.events.adopted, std::string(32, '\0'));
    CHECK(talk.sent().find("secret-adopted") != std::string::npos);
    CHECK(talk.session.stage() == Stage::closing);

    Conversation unable;
    unable.events.keeps = false;
    unable.prove();
    unable.say(message);
    unable.expectClosed(closeCode::notKept);

    Conversation early;
    early.upgrade();
    early.say(message);
    early.expectClosed(closeCode::violation);
    CHECK(early.events.adopted.empty());

    Conversation late;
    late.open();
    late.sent();
    late.say(message);
    late.expectClosed(closeCode::violation);
    CHECK(late.events.adopted.empty());
}

TEST("session: silence ends it, at each stage with its own words") {
    Conversation request;
    request.session.expire(start + handshakeMs - 1);
    CHECK(request.session.stage() == Stage::request);
    request.session.expire(start + handshakeMs);
    CHECK(request.session.stage() == Stage::closing);
    CHECK_EQUAL(request.sent().substr(0, 12), "HTTP/1.1 408");

    Conversation unproven;
    unproven.upgrade();
    unproven.session.expire(start + handshakeMs);
    unproven.expectClosed(closeCode::timeout);

    Conversation open;
    open.open();
    open.say({{"type", "ping"}, {"id", 1}}, start + 200);
    open.sent();
    open.session.expire(start + 499);
    CHECK(open.session.stage() == Stage::open);
    open.session.expire(start + 500);
    open.expectClosed(closeCode::timeout);
}

TEST("session: bytes that never become a message do not keep it open") {
    Conversation talk;
    talk.open();
    talk.sent();
    const std::string message = maskedText(json{{"type", "ping"}, {"id", 1}}.dump());
    for (uint64_t i = 0; i + 1 < message.size(); ++i) {
        talk.session.receive(std::string_view(message).substr(i, 1), start + i * 20);
    }
    talk.session.expire(start + 300);
    talk.expectClosed(closeCode::timeout);
}

TEST("session: after its end it hears and says nothing") {
    Conversation talk;
    talk.open();
    talk.session.close(closeCode::replaced, "a newer connection", start);
    talk.expectClosed(closeCode::replaced);
    talk.say({{"type", "release-all"}});
    talk.session.control(readyMessage());
    CHECK(talk.events.commands.empty());
    CHECK(talk.session.outgoing().empty());
    talk.session.expire(start + farewellMs);
    CHECK(talk.session.stage() == Stage::dead);
}

TEST("session: an icon goes out once") {
    Conversation talk;
    talk.open();
    talk.sent();
    const std::vector<uint8_t> icon{2, 0, 1, 0, 1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9};
    std::vector<uint8_t> other = icon;
    other[8] = 7;
    talk.session.binary(icon);
    talk.session.binary(icon);
    talk.session.binary(other);
    CHECK_EQUAL(talk.sent().size(), 2 * (2 + icon.size()));
}

TEST("session: a host that does not read is cut off at 64 MiB") {
    Conversation talk;
    talk.open();
    const std::vector<uint8_t> frame(16 * 1024 * 1024, 1);
    for (int i = 0; i < 3; ++i) talk.session.binary(frame);
    CHECK(talk.session.stage() == Stage::open);
    talk.session.binary(frame);
    CHECK(talk.session.stage() == Stage::dead);
    CHECK_EQUAL(talk.session.outgoing().bytes(), size_t{0});
}

TEST("session: pieces of files go on once it is open, and are refused before") {
    const std::vector<uint8_t> message = chunkMessage(7, 5, 2);
    const std::string bytes = maskedFrame(2, std::string(message.begin(), message.end() - 2) + "hi");
    Conversation early;
    early.prove();
    early.session.receive(bytes, start);
    early.expectClosed(closeCode::violation);

    Conversation talk;
    talk.open();
    talk.session.receive(bytes, start);
    CHECK_EQUAL(talk.events.chunks.size(), size_t{1});
    CHECK_EQUAL(talk.events.chunks.at(0), "7@5:hi");
    CHECK(talk.session.stage() == Stage::open);
    talk.session.receive(maskedFrame(2, "hi"), start);
    talk.expectClosed(closeCode::violation);
}

TEST("session: what the files' room finds wrong ends it") {
    const json forget = {{"type", "document-forget"}, {"documentId", std::string(16, '0')}};
    Conversation talk;
    talk.open();
    talk.say(forget);
    CHECK(talk.session.stage() == Stage::open);
    CHECK_EQUAL(talk.events.fileCommands.size(), size_t{1});
    talk.events.violation = "no";
    talk.say(forget);
    talk.expectClosed(closeCode::violation);
}
