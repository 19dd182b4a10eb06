// Bytes that nobody meant, from the golden vectors by random changes: nothing may crash, hang or grow. The native
// build runs this with address and undefined-behaviour sanitizers. Always the same changes, so a failure repeats.
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "channel/http-upgrade.h"
#include "channel/proof.h"
#include "channel/session.h"
#include "tests/check.h"
#include "tests/client-frames.h"

using namespace xpane;
using namespace xpane::test;
using nlohmann::json;

namespace {

constexpr int rounds = 20000;
constexpr size_t mostOutgoingBytes = 4096;

using Random = std::minstd_rand;

size_t below(Random& random, size_t limit) { return random() % limit; }

std::string mutated(std::string bytes, Random& random) {
    for (size_t changes = 1 + below(random, 4); changes > 0 && !bytes.empty(); --changes) {
        const size_t at = below(random, bytes.size());
        switch (below(random, 4)) {
            case 0: bytes[at] = static_cast<char>(random()); break;
            case 1: bytes.erase(at, 1 + below(random, 8)); break;
            case 2: bytes.insert(at, 1 + below(random, 8), static_cast<char>(random())); break;
            default: bytes.insert(at, bytes.substr(below(random, bytes.size()), 1 + below(random, 40)));
        }
    }
    return bytes;
}

std::vector<std::string> messages() {
    std::vector<std::string> texts;
    std::ifstream file(vectorsFolder() + "/to-guest/valid.json");
    if (!file) return texts;
    for (const json& vector : json::parse(file)) texts.push_back(vector["text"]);
    return texts;
}

struct Nobody : SessionEvents {
    Hello hello() override { return {}; }
    void proven(Session&) override {}
    void welcomed(Session&, const Welcome&) override {}
    bool adopt(const std::string&) override { return false; }
    void launch(const Launch&) override {}
    void command(const DesktopCommand&) override {}
    void command(const TrayCommand&) override {}
    void readLog(const LogRequest&) override {}
    void command(const LinkCommand&) override {}
    void command(const PrintCommand&) override {}
    std::string command(const FileCommand&) override { return {}; }
    std::string chunk(TransferChunk) override { return {}; }
    std::string command(const ClipboardCommand&) override { return {}; }
    std::string clipboardChunk(const TransferChunk&) override { return {}; }
    void setTime(const SetTime&) override {}
};

const std::string secret(32, 's'), nonce(64, 'a');

void open(Session& session) {
    session.receive(upgradeRequest(), 0);
    session.receive(maskedText(json{{"type", "challenge"}, {"nonce", nonce}}.dump()), 0);
    session.receive(maskedText(json{{"type", "proof"}, {"hmac", hostProof(secret, nonce, nonce)}}.dump()), 0);
    session.receive(maskedText(R"({"type":"welcome","major":1,"minor":0,"heartbeatMs":100,"frameWindow":1})"), 0);
}

}  // namespace

TEST("fuzz: mutated messages are a message or a violation") {
    const std::vector<std::string> texts = messages();
    CHECK(!texts.empty());
    Random random(1);
    int refused = 0;
    for (int i = 0; i < rounds && !texts.empty(); ++i) {
        const HostMessage message = parseHostMessage(mutated(texts[below(random, texts.size())], random));
        refused += std::holds_alternative<Violation>(message) ? 1 : 0;
    }
    CHECK(refused > rounds / 2 && refused < rounds);
}

TEST("fuzz: mutated frames leave an open session open or ended, with little to say") {
    const std::vector<std::string> texts = messages();
    Random random(2);
    const std::vector<uint8_t> message = chunkMessage(7, 0, 20);
    const std::string chunk(message.begin(), message.end());
    Nobody nobody;
    for (int i = 0; i < rounds / 10 && !texts.empty(); ++i) {
        Session session(secret, [] { return nonce; }, nobody, 0);
        open(session);
        CHECK(session.stage() == Session::Stage::open);
        for (int j = 0; j < 10 && !session.ended(); ++j) {
            session.receive(mutated(maskedText(texts[below(random, texts.size())]), random), 0);
            if (!session.ended()) session.receive(mutated(maskedFrame(2, chunk), random), 0);
        }
        CHECK(session.outgoing().bytes() < mostOutgoingBytes);
    }
}

TEST("fuzz: mutated requests are answered or awaited") {
    Random random(3);
    for (int i = 0; i < rounds; ++i) {
        const std::string request = mutated(upgradeRequest(), random);
        const UpgradeAnswer answer = answerUpgrade(request);
        CHECK_EQUAL(answer.response.substr(0, 9), "HTTP/1.1 ");
        CHECK_EQUAL(answer.accepted, answer.refusal.empty());
    }
}
