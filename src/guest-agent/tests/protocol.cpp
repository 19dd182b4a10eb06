// The golden vectors of test/vectors, from the agent's side.
#include "protocol/parse.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "channel/frame-reader.h"
#include "channel/proof.h"
#include "crypto/hex.h"
#include "desktop/cursor-image.h"
#include "icon/icon-image.h"
#include "notification-area/tray-messages.h"
#include "protocol/encode-clipboard.h"
#include "protocol/encode-files.h"
#include "protocol/encode.h"
#include "protocol/limits.h"
#include "protocol/transfer-chunk.h"
#include "tests/check.h"
#include "tests/client-frames.h"
#include "tests/described-files.h"
#include "win/unicode.h"

using namespace xpane;
using namespace xpane::test;
using nlohmann::json;

namespace {

json vectors(const std::string& name) {
    std::ifstream file(vectorsFolder() + "/" + name);
    if (!file) {
        fail(__FILE__, __LINE__, "cannot read " + vectorsFolder() + "/" + name);
        return json::array();
    }
    return json::parse(file);
}

std::string bytesOf(const json& vector) {
    return vector.contains("text") ? vector["text"].get<std::string>() : *bytesOfHex(vector["hex"].get<std::string>());
}

json jsonOf(const Rect& rect) {
    return {{"x", rect.x}, {"y", rect.y}, {"width", rect.width}, {"height", rect.height}};
}

const char* nameOf(ShowState state) {
    return state == ShowState::normal ? "normal" : state == ShowState::minimised ? "minimised" : "maximised";
}

// A parsed message written down again, from its typed fields only.
struct Described {
    json operator()(const Violation& v) const { return {{"violation", v.reason}}; }
    json operator()(const Challenge& c) const { return {{"type", "challenge"}, {"nonce", c.nonce}}; }
    json operator()(const HostProof& p) const { return {{"type", "proof"}, {"hmac", p.hmac}}; }
    json operator()(const WelcomeOffer& w) const {
        json described{{"type", "welcome"},
                       {"major", w.major},
                       {"minor", w.minor},
                       {"heartbeatMs", w.terms.heartbeatMs},
                       {"frameWindow", w.terms.frameWindow}};
        if (w.terms.fileWindowBytes != transferWindowBytes) {
            described["transferWindowBytes"] = w.terms.fileWindowBytes;
        }
        return described;
    }
    json operator()(const AdoptSecret& a) const { return {{"type", "adopt-secret"}, {"sealed", a.sealed}}; }
    json operator()(const Launch& l) const {
        return {{"type", "launch"}, {"requestId", l.requestId}, {"applicationId", l.applicationId}};
    }
    json operator()(const LogRequest& r) const {
        const char* log = r.log == GuestLog::agent ? "agent" : "installer";
        return {{"type", "log-request"}, {"requestId", r.requestId}, {"log", log}};
    }
    json operator()(const SetTime& t) const { return {{"type", "set-time"}, {"unixMs", t.unixMs}}; }
    json operator()(const Ping& p) const { return {{"type", "ping"}, {"id", p.id}}; }
    json operator()(const DesktopCommand& command) const { return std::visit(*this, command); }
    json operator()(const TrayCommand& command) const { return std::visit(*this, command); }
    json operator()(const LinkCommand& command) const { return std::visit(*this, command); }
    json operator()(const OpenUrl& o) const { return {{"type", "open-url"}, {"requestId", o.requestId}, {"url", o.url}}; }
    json operator()(const LinkHandling& h) const { return {{"type", "link-handling"}, {"fromGuest", h.fromGuest}}; }
    json operator()(const TrayClick& c) const {
        constexpr const char* actions[] = {"down", "up", "double"};
        return {{"type", "tray-click"}, {"trayId", c.trayId},
                {"button", c.button},   {"action", actions[static_cast<int>(c.action)]},
                {"x", c.x},             {"y", c.y}};
    }
    json operator()(const BalloonClick& c) const { return {{"type", "balloon-click"}, {"trayId", c.trayId}}; }
    json operator()(const DesktopConfigure& c) const {
        json described = {{"type", "desktop-configure"},
                          {"workArea", jsonOf(c.workArea)},
                          {"frame", c.frame == FrameMode::host ? "host" : "guest"}};
        if (c.screen) described["screen"] = {{"width", c.screen->width}, {"height", c.screen->height}};
        return described;
    }
    json operator()(const WindowMove& m) const {
        return {{"type", "window-move"},
                {"windowId", m.windowId},
                {"surface", jsonOf(m.surface)},
                {"serial", m.serial}};
    }
    json operator()(const WindowActivate& a) const { return {{"type", "window-activate"}, {"windowId", a.windowId}}; }
    json operator()(const WindowClose& c) const { return {{"type", "window-close"}, {"windowId", c.windowId}}; }
    json operator()(const WindowEnd& e) const { return {{"type", "window-end"}, {"windowId", e.windowId}}; }
    json operator()(const WindowState& s) const {
        return {{"type", "window-state"}, {"windowId", s.windowId}, {"state", ::nameOf(s.state)}};
    }
    json operator()(const DismissMenus&) const { return {{"type", "dismiss-menus"}}; }
    json operator()(const Deactivate&) const { return {{"type", "deactivate"}}; }
    json operator()(const Key& k) const {
        return {{"type", "key"}, {"scancode", k.scancode}, {"extended", k.extended}, {"down", k.down}};
    }
    json operator()(const KeyCancel& k) const {
        return {{"type", "key-cancel"}, {"scancode", k.scancode}, {"extended", k.extended}};
    }
    json operator()(const LockState& l) const {
        return {{"type", "lock-state"}, {"caps", l.caps}, {"num", l.num}, {"scroll", l.scroll}};
    }
    json operator()(const PointerRelative& p) const {
        return {{"type", "pointer-relative"}, {"windowId", p.windowId}, {"dx", p.dx}, {"dy", p.dy}};
    }
    json operator()(const Text& t) const { return {{"type", "text"}, {"text", utf8From(t.text)}}; }
    json operator()(const PointerMove& p) const {
        return {{"type", "pointer-move"}, {"windowId", p.windowId}, {"x", p.x}, {"y", p.y}};
    }
    json operator()(const PointerButton& p) const {
        json described = {{"type", "pointer-button"}, {"windowId", p.windowId}, {"x", p.x},
                          {"y", p.y},                 {"button", p.button},     {"down", p.down}};
        if (p.sinceMs) described["sinceMs"] = *p.sinceMs;
        return described;
    }
    json operator()(const Wheel& w) const {
        return {{"type", "wheel"}, {"windowId", w.windowId},   {"x", w.x},
                {"y", w.y},        {"vertical", w.vertical}, {"horizontal", w.horizontal}};
    }
    json operator()(const ReleaseAll&) const { return {{"type", "release-all"}}; }
    json operator()(const FrameAck& a) const {
        return {{"type", "frame-ack"}, {"windowId", a.windowId}, {"sequence", a.sequence}};
    }
    json operator()(const DestroyedAck& a) const { return {{"type", "destroyed-ack"}, {"windowId", a.windowId}}; }
    json operator()(const FileCommand& command) const { return std::visit(DescribedFile{}, command); }
    json operator()(const PrintCommand& command) const { return std::visit(DescribedFile{}, command); }
    json operator()(const ClipboardCommand& command) const {
        return std::visit([](const auto& one) { return clipboardMessage(one); }, command);
    }
    json operator()(const Refresh& r) const { return {{"type", "refresh"}, {"windowId", r.windowId}}; }
};

LaunchOutcome outcomeNamed(const std::string& name) {
    for (const auto outcome : {LaunchOutcome::started, LaunchOutcome::notPublished, LaunchOutcome::notFound,
                               LaunchOutcome::notTaken, LaunchOutcome::accessDenied, LaunchOutcome::noSession}) {
        if (name == xpane::nameOf(outcome)) return outcome;
    }
    return LaunchOutcome::failed;
}

LogLevel levelNamed(const std::string& name) {
    for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::warn}) {
        if (name == xpane::nameOf(level)) return level;
    }
    return LogLevel::error;
}

BalloonKind balloonKindNamed(const std::string& name) {
    constexpr const char* names[] = {"none", "info", "warning", "error"};
    const auto at = std::find(std::begin(names), std::end(names), name);
    return static_cast<BalloonKind>(at - std::begin(names));
}

TransferOutcome transferOutcomeNamed(const std::string& name) {
    for (const auto outcome : {TransferOutcome::done, TransferOutcome::cancelled, TransferOutcome::inUse,
                               TransferOutcome::changed, TransferOutcome::notFound, TransferOutcome::noRoom,
                               TransferOutcome::tooLarge, TransferOutcome::accessDenied}) {
        if (name == xpane::nameOf(outcome)) return outcome;
    }
    return TransferOutcome::failed;
}

uint64_t stampOf(const json& wire) { return std::stoull(wire["stamp"].get<std::string>(), nullptr, 16); }

// Null if it is no message about files.
json fileMessageLike(const json& wire) {
    const std::string type = wire["type"];
    if (type == "document-file") {
        return documentFileMessage({wire["documentId"], wire["path"]},
                                   {stampOf(wire), wire["sizeBytes"], wire["modifiedUnixMs"]}, wire["inUse"]);
    }
    if (type == "document-file-gone") return documentFileGoneMessage({wire["documentId"], wire["path"]});
    if (type == "transfer-begin") {
        return transferBeginMessage(wire["transferId"], {stampOf(wire), wire["sizeBytes"], wire["modifiedUnixMs"]});
    }
    if (type == "transfer-ack") return transferAckMessage(wire["transferId"], wire["bytes"]);
    if (type == "transfer-end") {
        return wire.contains("stamp") ? transferDoneMessage(wire["transferId"], stampOf(wire))
                                      : transferEndMessage(wire["transferId"], transferOutcomeNamed(wire["outcome"]),
                                                           wire["systemError"]);
    }
    if (type == "loan-offer") return loanOfferMessage(wire["loanId"], wire["name"]);
    if (type == "share-result") {
        return shareResultMessage(wire["requestId"], transferOutcomeNamed(wire["outcome"]), wire["systemError"]);
    }
    if (type == "document-forgotten") return documentForgottenMessage(wire["documentId"], wire["gone"]);
    return nullptr;
}

Application applicationOf(const json& wire) {
    Application application{wire["applicationId"], wire["name"], wire["folder"], wire["target"], wire["arguments"], {}, {}};
    if (wire.contains("extensions")) application.extensions = wire["extensions"].get<std::vector<std::string>>();
    if (wire.contains("iconId")) application.icon = std::stoull(wire["iconId"].get<std::string>(), nullptr, 16);
    return application;
}

// What the agent sends for the values of `wire`; null if that type is not its skeleton's (windows are desktop/'s).
json encodedLike(const json& wire) {
    const std::string type = wire["type"];
    if (type == "proof") return proofMessage(wire["nonce"], wire["hmac"]);
    if (type == "hello" && wire["major"] == protocolMajor) {
        return helloMessage({wire["agentVersion"], wire["instance"], wire["system"], wire["captureBackend"],
                             wire["capabilities"], wire["desktop"]["width"], wire["desktop"]["height"]});
    }
    if (type == "ready") return readyMessage();
    if (type == "install-status") {
        return installStatusMessage(wire.contains("code") ? std::optional<uint32_t>(wire["code"]) : std::nullopt);
    }
    if (type == "application-published") return publishedMessage(applicationOf(wire["application"]));
    if (type == "application-withdrawn") return withdrawnMessage(wire["applicationId"]);
    if (type == "open-url") return openUrlMessage(wire["url"]);
    if (type == "launch-result") {
        return launchResultMessage(
            {wire["requestId"], outcomeNamed(wire["outcome"]), wire["processId"], wire["systemError"]});
    }
    if (type == "log") return logMessage(levelNamed(wire["level"]), wire["text"]);
    if (type == "log-part") return logPartMessage(wire["requestId"], wire["text"], wire.value("end", ""));
    if (type == "tray-icon") {
        TrayIcon icon;
        icon.trayId = wire["trayId"];
        icon.tooltip = utf16From(wire["tooltip"].get<std::string>());
        if (wire.contains("iconId")) {
            icon.image.emplace();
            icon.imageHash = std::stoull(wire["iconId"].get<std::string>(), nullptr, 16);
        }
        return trayIconMessage(icon);
    }
    if (type == "tray-icon-removed") return trayIconRemovedMessage(wire["trayId"]);
    if (type == "balloon") {
        return balloonMessage(wire["trayId"], {utf16From(wire["title"].get<std::string>()),
                                               utf16From(wire["text"].get<std::string>()),
                                               balloonKindNamed(wire["kind"])});
    }
    if (type == "cursor") {
        const auto at = std::find(std::begin(cursorNames), std::end(cursorNames), wire["shape"].get<std::string>());
        const uint64_t hash =
            wire.contains("cursorId") ? std::stoull(wire["cursorId"].get<std::string>(), nullptr, 16) : 0;
        return cursorMessage(wire["windowId"], {static_cast<int>(at - std::begin(cursorNames)), hash});
    }
    // The same both ways.
    if (type.rfind("clipboard-", 0) == 0) return std::visit(Described(), parseHostMessage(wire.dump()));
    if (type == "secret-adopted") return secretAdoptedMessage();
    if (type == "pong") return pongMessage(wire["id"]);
    return fileMessageLike(wire);
}

}  // namespace

TEST("vectors: every valid message of the host is understood field by field") {
    const json all = vectors("to-guest/valid.json");
    CHECK(all.size() >= 21);
    for (const json& vector : all) {
        const json got = std::visit(Described(), parseHostMessage(bytesOf(vector)));
        if (got != vector["expect"]) fail(__FILE__, __LINE__, vector["name"].get<std::string>() + ": " + got.dump());
    }
}

TEST("vectors: every malformed message of the host is refused") {
    const json all = vectors("to-guest/malformed.json");
    CHECK(all.size() >= 20);
    for (const json& vector : all) {
        const std::string bytes = bytesOf(vector);
        CHECK_EQUAL(vector["closeCode"], closeCode::violation);
        FrameReader reader;
        reader.limit(mostControlBytes);
        const std::string frame = maskedText(bytes);
        std::string_view left = frame;
        const auto message = reader.next(left);
        const bool refused = !message || std::holds_alternative<Violation>(parseHostMessage(message->payload));
        if (!refused) fail(__FILE__, __LINE__, vector["name"].get<std::string>() + " was accepted");
    }
}

TEST("vectors: the agent's messages come out as written down") {
    int encoded = 0;
    for (const json& vector : vectors("from-guest/valid.json")) {
        const json got = encodedLike(vector["expect"]);
        if (got.is_null()) continue;
        ++encoded;
        if (got != vector["expect"]) fail(__FILE__, __LINE__, vector["name"].get<std::string>() + ": " + got.dump());
    }
    CHECK(encoded >= 12);
}

TEST("vectors: icons and cursors come out as written down") {
    int encoded = 0;
    for (const json& vector : vectors("binary/valid.json")) {
        const json& expect = vector["expect"];
        if (expect["kind"] != "icon" && expect["kind"] != "cursor") continue;
        ++encoded;
        const bool isIcon = expect["kind"] == "icon";
        IconImage image{expect["width"], expect["height"], {}};
        const std::string bgra = *bytesOfHex(expect["bgraHex"].get<std::string>());
        for (size_t i = 0; i < bgra.size(); i += 4) {
            uint32_t pixel = 0;
            for (size_t j = 4; j-- > 0;) pixel = pixel << 8 | static_cast<uint8_t>(bgra[i + j]);
            image.pixels.push_back(pixel);
        }
        const json& name = expect[isIcon ? "iconId" : "cursorId"];
        const uint64_t id = std::stoull(name.get<std::string>(), nullptr, 16);
        const std::vector<uint8_t> got =
            isIcon ? encodeIcon(id, image) : encodeCursor(id, {image, expect["hotX"], expect["hotY"]});
        CHECK_EQUAL(hexOf(std::string_view(reinterpret_cast<const char*>(got.data()), got.size())), vector["hex"]);
        CHECK_EQUAL(iconIdOf(id), name);
    }
    CHECK(encoded >= 4);
}

TEST("vectors: pieces of files and clipboards are read, refused and written as written down") {
    int read = 0, refused = 0;
    for (const json& vector : vectors("binary/valid.json")) {
        const json& expect = vector["expect"];
        const bool isFile = expect["kind"] == "chunk";
        if (!isFile && expect["kind"] != "clipboard-chunk") continue;
        ++read;
        const std::string bytes = bytesOf(vector);
        const uint8_t kind = isFile ? kindFileChunk : kindClipboardChunk;
        const auto chunk = readChunk(bytes, kind);
        CHECK(chunk.has_value());
        if (!chunk) continue;
        CHECK_EQUAL(chunk->transferId, expect["transferId"]);
        CHECK_EQUAL(chunk->offset, expect["offset"]);
        CHECK_EQUAL(hexOf(chunk->data()), expect["dataHex"]);
        std::vector<uint8_t> made = chunkMessage(chunk->transferId, chunk->offset, chunk->data().size(), kind);
        const std::string_view data = chunk->data();
        std::copy(data.begin(), data.end(), made.begin() + chunkHeaderBytes);
        CHECK_EQUAL(hexOf(std::string_view(reinterpret_cast<const char*>(made.data()), made.size())), vector["hex"]);
    }
    for (const json& vector : vectors("binary/malformed.json")) {
        if (vector["code"] != "bridge.bad-chunk") continue;
        ++refused;
        const bool accepted = readChunk(bytesOf(vector)) || readChunk(bytesOf(vector), kindClipboardChunk);
        if (accepted) fail(__FILE__, __LINE__, vector["name"].get<std::string>() + " was accepted");
    }
    CHECK(read >= 3);
    CHECK(refused >= 7);
    CHECK(!readChunk(std::string(chunkHeaderBytes + mostChunkBytes + 1, '\x10')));
}

TEST("vectors: proofs") {
    const json all = vectors("proof.json");
    CHECK(all.size() >= 4);
    for (const json& vector : all) {
        const auto secret = secretOf(vector["secret"].get<std::string>() + "\r\n");
        CHECK(secret.has_value());
        const std::string host = vector["hostNonce"], guest = vector["guestNonce"];
        CHECK_EQUAL(agentProof(*secret, host, guest), vector["agentHmac"]);
        CHECK_EQUAL(hostProof(*secret, host, guest), vector["hostHmac"]);
        CHECK_EQUAL(hexOf(openSecret(*secret, host, guest, vector["sealed"].get<std::string>())), vector["newSecret"]);
    }
}

TEST("texts to the host are cut to their maxima, never within a character") {
    Application application;
    application.name = std::string(255, 'n') + "\xf0\x9f\x98\x80";
    application.folder = std::vector<std::string>(9, std::string(300, 'f'));
    application.target = std::string(2000, 't');
    const json wire = publishedMessage(application)["application"];
    CHECK_EQUAL(wire["name"], std::string(255, 'n'));
    CHECK_EQUAL(wire["folder"].size(), size_t{8});
    CHECK_EQUAL(wire["folder"][0].get<std::string>().size(), size_t{256});
    CHECK_EQUAL(wire["target"].get<std::string>().size(), size_t{1024});
    CHECK_EQUAL(logMessage(LogLevel::info, std::string(5000, 'l'))["text"].get<std::string>().size(), size_t{1024});
}
