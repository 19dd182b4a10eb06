#include <string>

#include "channel/session.h"
#include "install/agent-talk.h"
#include "install/answers.h"
#include "install/exit-codes.h"
#include "install/install-error.h"
#include "install/manifest.h"
#include "tests/check.h"
#include "win/unicode.h"

using namespace xpane;

namespace {

std::string utf16(const std::string& text) {
    std::string bytes = "\xff\xfe";
    for (const char16_t unit : utf16From(text)) {
        bytes.push_back(static_cast<char>(unit & 0xff));
        bytes.push_back(static_cast<char>(unit >> 8));
    }
    return bytes;
}

const std::string head = "[XPane]\r\nFormat=\"1\"\r\n";

// The code of what is thrown; 0 for nothing.
template <typename Body>
unsigned codeOf(Body body) {
    try {
        body();
    } catch (const InstallError& error) {
        return error.code();
    }
    return 0;
}

unsigned codeOfAnswers(const std::string& file) {
    return codeOf([&] { answersOf(file); });
}

// An agent to talk to, without its sockets.
struct Agent : SessionEvents {
    explicit Agent(const std::string& secret)
        : session(secret, [] { return std::string(64, 'b'); }, *this, 0) {}
    Hello hello() override { return {}; }
    void proven(Session&) override { hostProven = true; }
    void welcomed(Session&, const Welcome&) override {}
    bool adopt(const std::string&) override { return false; }
    void launch(const Launch&) override {}
    void readLog(const LogRequest&) override {}
    void setTime(const SetTime&) override {}
    void command(const DesktopCommand&) override {}
    void command(const TrayCommand&) override {}
    void command(const LinkCommand&) override {}
    void command(const PrintCommand&) override {}
    std::string command(const FileCommand&) override { return {}; }
    std::string chunk(TransferChunk) override { return {}; }
    std::string command(const ClipboardCommand&) override { return {}; }
    std::string clipboardChunk(const TransferChunk&) override { return {}; }

    std::string says() {
        std::string all;
        SendQueue& queue = session.outgoing();
        while (!queue.empty()) {
            std::string_view chunk;
            queue.front(&chunk, 1);
            all += chunk;
            queue.taken(chunk.size());
        }
        return all;
    }

    Session session;
    bool hostProven = false;
};

const std::string secret(32, 's'), nonce(64, 'a'), mask("\x01\x80\x00\x7f", 4);

}  // namespace

TEST("answers: what the host writes is understood") {
    const Answers answers = answersOf(utf16(
        head + "\r\n[Agent]\r\nListen=\"127.0.0.1:7008\"\r\nAnswerWithinS=\"30\"\r\n\r\n[User]\r\n"
               "FullName=\"J\xc3\xbcrgen = M\xc3\xbcller; [x]\"\r\nOrganisation=\"\"\r\n[Computer]\r\nName=\"PC-7\"\r\n"
               "[TimeZone]\r\nKey=\"W. Europe Standard Time\"\r\n[Region]\r\nLocaleId=\"00000C07\"\r\n"
               "KeyboardLayout=\"00000409\"\r\n[Later]\r\nMore=\"x\"\r\n"));
    CHECK_EQUAL(answers.address, "127.0.0.1");
    CHECK_EQUAL(answers.port, 7008);
    CHECK_EQUAL(answers.answerWithinS, 30u);
    CHECK_EQUAL(answers.fullName.value_or("-"), "J\xc3\xbcrgen = M\xc3\xbcller; [x]");
    CHECK_EQUAL(answers.organisation.value_or("-"), "");
    CHECK_EQUAL(answers.computerName.value_or("-"), "PC-7");
    CHECK_EQUAL(answers.timeZoneKey.value_or("-"), "W. Europe Standard Time");
    CHECK_EQUAL(answers.localeId.value_or("-"), "00000C07");
    CHECK_EQUAL(answers.keyboardLayout.value_or("-"), "00000409");
}

TEST("answers: what is not said stays as it is") {
    const Answers answers = answersOf(utf16(head));
    CHECK_EQUAL(answers.address, "0.0.0.0");
    CHECK_EQUAL(answers.port, 7007);
    CHECK(!answers.fullName && !answers.organisation && !answers.computerName && !answers.timeZoneKey);
    CHECK(!answers.localeId && !answers.keyboardLayout);
}

TEST("answers: what is not ours, or would reach further than it may, is refused") {
    CHECK_EQUAL(codeOfAnswers(""), installCode::badFolder);
    CHECK_EQUAL(codeOfAnswers(head), installCode::badFolder);                 // no UTF-16
    CHECK_EQUAL(codeOfAnswers(utf16(head) + "x"), installCode::badFolder);    // half a unit
    CHECK_EQUAL(codeOfAnswers(utf16("[XPane]\r\nFormat=\"2\"\r\n")), installCode::badFolder);
    CHECK_EQUAL(codeOfAnswers(utf16("")), installCode::badFolder);
    CHECK_EQUAL(codeOfAnswers(utf16(head + std::string(40000, '\r'))), installCode::badFolder);
    for (const char* line : {"Name=x", "[Computer]\r\nName=\"a\\b\"", "[Computer]\r\nName=\"\"", "[Computer]\r\nno entry",
                             "[Computer]\r\nName=\"PC-7-AND-MORE-12\"", "[TimeZone]\r\nKey=\"..\\..\\Run\"",
                             "[Region]\r\nLocaleId=\"407\"", "[Region]\r\nLocaleId=\"0000040g\"",
                             "[Agent]\r\nListen=\"localhost:7007\"", "[Agent]\r\nListen=\"1.2.3.4:70070\"",
                             "[Agent]\r\nListen=\"1.2.3.4:7007 --log-file x\"", "[Agent]\r\nAnswerWithinS=\"0\"",
                             "[Agent]\r\nAnswerWithinS=\"99999\"", "[User]\r\nFullName=\"a\"b\"",
                             "[User]\r\nFullName=\"%PATH%\"", "[User]\r\nFullName=\"a\x01\"",
                             "[User]\r\nFullName=\"a\"\r\nFullName=\"b\""}) {
        // The first has no section of its own: it is read as one of [XPane]'s, which nobody asks for.
        const bool allowed = std::string(line) == "Name=x";
        CHECK_EQUAL(codeOfAnswers(utf16(head + line + "\r\n")), allowed ? 0 : installCode::badFolder);
    }
}

TEST("manifest: lines of sha256sum, and nothing else") {
    const std::string hash(64, 'a');
    const auto hashes = manifestOf(hash + "  xpane/agent.exe\n" + hash + "  autorun.inf\n");
    CHECK_EQUAL(hashes.size(), size_t{2});
    CHECK_EQUAL(hashes.at("xpane/agent.exe"), hash);
    CHECK(manifestOf("").empty());
    for (const std::string& text : {hash + "  a", hash + " a\n", hash + "\n", std::string(64, 'g') + "  a\n",
                                    "\n" + hash + "  a\n", hash.substr(1) + "  ab\n"}) {
        CHECK_EQUAL(codeOf([&] { manifestOf(text); }), installCode::badFolder);
    }
}

TEST("talk: an agent that knows the secret proves it, in whatever pieces, and gets no host by it") {
    Agent agent(secret);
    AgentTalk talk(secret, nonce, mask);
    agent.session.receive(talk.firstWords(), 0);
    const std::string reply = agent.says();
    CHECK(!agent.session.ended());
    for (const char byte : reply) {
        CHECK(talk.state() == AgentTalk::State::listening);
        talk.receive({&byte, 1});
    }
    CHECK(talk.state() == AgentTalk::State::proven);
    CHECK(!agent.hostProven);
}

TEST("talk: who does not know the secret, or says anything else, is no agent") {
    Agent other(std::string(32, 'x'));
    AgentTalk talk(secret, nonce, mask);
    other.session.receive(talk.firstWords(), 0);
    talk.receive(other.says());
    CHECK(talk.state() == AgentTalk::State::failed);

    const std::string accepted = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
    for (const std::string& reply :
         {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), accepted + "\x81\x04{}[]", accepted + "\x88\x02\x11\x30",
          accepted + "\x81\x7f" + std::string(16, '0'), accepted + "\x81\x10{\"type\":\"proof\"}",
          accepted + "\x81\x23{\"type\":\"proof\",\"nonce\":1,\"hmac\":2}", std::string(9000, 'x')}) {
        AgentTalk each(secret, nonce, mask);
        each.receive(reply);
        CHECK(each.state() == AgentTalk::State::failed);
    }
}
