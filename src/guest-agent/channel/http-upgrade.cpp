#include "channel/http-upgrade.h"

#include <algorithm>
#include <map>
#include <optional>

#include "crypto/base64.h"
#include "crypto/sha.h"
#include "protocol/limits.h"

namespace xpane {
namespace {

constexpr char keySuffix[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, section 1.3
constexpr size_t keyBytes = 16;

using Headers = std::map<std::string, std::string>;  // names in lower case

std::string lowered(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// RFC 9110, section 5.6.2.
bool isToken(std::string_view text) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               others.find(c) != others.npos;
    });
}

// Cuts the text up to `separator` off the front of `rest`; all of it if there is none.
std::string_view cut(std::string_view& rest, std::string_view separator) {
    const size_t end = rest.find(separator);
    const std::string_view first = rest.substr(0, end);
    rest = end == rest.npos ? std::string_view() : rest.substr(end + separator.size());
    return first;
}

bool listHas(const std::string& list, std::string_view wanted, bool anyCase) {
    for (std::string_view rest = list; !rest.empty();) {
        const std::string_view item = trimmed(cut(rest, ","));
        if (anyCase ? lowered(item) == lowered(wanted) : item == wanted) return true;
    }
    return false;
}

// Nothing if any line is not `name: value`. A repeated name is a list (RFC 9110, section 5.3), so that a second
// Sec-WebSocket-Key or -Version makes the value one that nobody accepts.
std::optional<Headers> headersOf(std::string_view rest) {
    Headers headers;
    while (!rest.empty()) {
        const std::string_view line = cut(rest, "\r\n");
        if (line.empty()) break;
        const size_t colon = line.find(':');
        if (colon == line.npos || !isToken(line.substr(0, colon))) return std::nullopt;
        if (line.find_first_of(std::string_view("\0\r\n", 3)) != line.npos) return std::nullopt;
        std::string& value = headers[lowered(line.substr(0, colon))];
        if (!value.empty()) value += ",";
        value += trimmed(line.substr(colon + 1));
    }
    return headers;
}

UpgradeAnswer refused(int status, const char* why) { return {false, refusalResponse(status), why}; }

}  // namespace

std::string refusalResponse(int status) {
    const char* reason = status == 403   ? "Forbidden"
                         : status == 404 ? "Not Found"
                         : status == 405 ? "Method Not Allowed"
                         : status == 408 ? "Request Timeout"
                         : status == 426 ? "Upgrade Required"
                         : status == 431 ? "Request Header Fields Too Large"
                                         : "Bad Request";
    std::string response = "HTTP/1.1 " + std::to_string(status) + " " + reason + "\r\n";
    if (status == 405) response += "Allow: GET\r\n";
    if (status == 426) response += "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    return response + "Connection: close\r\nContent-Length: 0\r\n\r\n";
}

UpgradeAnswer answerUpgrade(std::string_view head) {
    std::string_view rest = head;
    std::string_view requestLine = cut(rest, "\r\n");
    const std::string_view method = cut(requestLine, " "), path = cut(requestLine, " ");
    if (requestLine != "HTTP/1.1") return refused(400, "not HTTP/1.1");
    if (method != "GET") return refused(405, "method is not GET");
    if (path != "/") return refused(404, "unknown path");

    const std::optional<Headers> parsed = headersOf(rest);
    if (!parsed) return refused(400, "malformed header");
    const auto value = [&parsed](const char* name) {
        const auto found = parsed->find(name);
        return found == parsed->end() ? std::string() : found->second;
    };
    if (parsed->count("origin") != 0) return refused(403, "sent by a web page");
    if (parsed->count("host") == 0) return refused(400, "no Host");
    if (!listHas(value("upgrade"), "websocket", true) || !listHas(value("connection"), "upgrade", true)) {
        return refused(426, "not an upgrade to WebSocket");
    }
    if (value("sec-websocket-version") != "13") return refused(426, "another WebSocket version");
    const std::string key = value("sec-websocket-key");
    if (!isBase64Of(key, keyBytes)) return refused(400, "malformed key");
    if (!listHas(value("sec-websocket-protocol"), subprotocol, false)) return refused(400, "another subprotocol");

    return {true,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: " + base64Of(sha1(key + keySuffix)) +
                "\r\nSec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n",
            ""};
}

}  // namespace xpane
