#include "channel/http-upgrade.h"

#include "tests/check.h"
#include "tests/client-frames.h"

using namespace xpane;
using namespace xpane::test;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    return at == std::string::npos ? "not found: " + from : text.replace(at, from.size(), to);
}

std::string statusOf(const std::string& request) { return answerUpgrade(request).response.substr(9, 3); }

}  // namespace

TEST("upgrade: RFC 6455's own example is accepted with its key") {
    const UpgradeAnswer answer = answerUpgrade(upgradeRequest());
    CHECK(answer.accepted);
    CHECK(answer.response.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") != std::string::npos);
    CHECK(answer.response.find("Sec-WebSocket-Protocol: xpane.1\r\n") != std::string::npos);
}

TEST("upgrade: names in any case, lists and further headers are fine") {
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "Upgrade: websocket", "UPGRADE:WebSocket")), "101");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "xpane.1", "chat, xpane.1")), "101");
    CHECK_EQUAL(statusOf(upgradeRequest("Sec-WebSocket-Extensions: permessage-deflate\r\nX-Empty:\r\n")), "101");
}

TEST("upgrade: what a web page sends is refused") {
    CHECK_EQUAL(statusOf(upgradeRequest("Origin: null\r\n")), "403");
    CHECK_EQUAL(statusOf(upgradeRequest("oRiGiN: http://a\r\n")), "403");
}

TEST("upgrade: all that is not the one request is refused with its status") {
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "GET", "POST")), "405");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "GET / ", "GET /a ")), "404");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "HTTP/1.1", "HTTP/1.0")), "400");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "HTTP/1.1", "HTTP/1.1 x")), "400");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "Version: 13", "Version: 12")), "426");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "Upgrade: websocket\r\n", "")), "426");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "keep-alive, Upgrade", "keep-alive")), "426");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "xpane.1", "XPANE.1")), "400");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "xpane.1", "xpane.10")), "400");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "Host: guest\r\n", "")), "400");
    CHECK_EQUAL(statusOf(replaced(upgradeRequest(), "b25jZQ==", "b25jZQ=")), "400");
}

TEST("upgrade: malformed headers are refused") {
    CHECK_EQUAL(statusOf(upgradeRequest("no colon\r\n")), "400");
    CHECK_EQUAL(statusOf(upgradeRequest(" folded: line\r\n")), "400");
    CHECK_EQUAL(statusOf(upgradeRequest("a b: c\r\n")), "400");
    CHECK_EQUAL(statusOf(upgradeRequest(": nothing\r\n")), "400");
    CHECK_EQUAL(statusOf(upgradeRequest(std::string("a: \0\r\n", 6))), "400");
    CHECK_EQUAL(statusOf(upgradeRequest("a: b\nOrigin: c\r\n")), "400");
    CHECK_EQUAL(statusOf(upgradeRequest("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")), "400");
    CHECK_EQUAL(statusOf(""), "400");
    CHECK_EQUAL(statusOf("\r\n\r\n"), "400");
}
