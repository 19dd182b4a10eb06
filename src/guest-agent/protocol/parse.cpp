#include "protocol/parse.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/fields.h"
#include "protocol/limits.h"
#include "urls/safe-url.h"
#include "protocol/parse-clipboard.h"
#include "protocol/parse-files.h"
#include "protocol/parse-print.h"
#include "protocol/parse-shares.h"
#include "win/unicode.h"

namespace xpane {
namespace {

using Reader = HostMessage (*)(Fields&);

constexpr size_t hmacDigits = 64, nonceDigits = 64, sealedDigits = 64, idDigits = 16;
constexpr int64_t safeInteger = 9007199254740991;  // what every JSON reader keeps exactly
constexpr int mostWheelUnits = 1200;

uint32_t windowId(Fields& fields) { return fields.unsigned32("windowId", 1); }

HostMessage challenge(Fields& fields) { return Challenge{fields.lowerHex("nonce", nonceDigits)}; }
HostMessage proof(Fields& fields) { return HostProof{fields.lowerHex("hmac", hmacDigits)}; }

HostMessage adoptSecret(Fields& fields) { return AdoptSecret{fields.lowerHex("sealed", sealedDigits)}; }

HostMessage welcome(Fields& fields) {
    WelcomeOffer offer;
    offer.major = fields.integer("major", -safeInteger, safeInteger);
    offer.minor = fields.integer("minor", -safeInteger, safeInteger);
    offer.terms.heartbeatMs = static_cast<uint32_t>(fields.integer("heartbeatMs", 100, 60000));
    offer.terms.frameWindow = static_cast<uint32_t>(fields.integer("frameWindow", 1, 16));
    const auto window = fields.optionalInteger("transferWindowBytes", transferWindowBytes, mostTransferWindowBytes);
    offer.terms.fileWindowBytes = window.value_or(transferWindowBytes);
    return offer;
}

HostMessage launch(Fields& fields) {
    const uint32_t requestId = fields.unsigned32("requestId", 1);
    return Launch{requestId, fields.lowerHex("applicationId", idDigits)};
}

HostMessage logRequest(Fields& fields) {
    const uint32_t requestId = fields.unsigned32("requestId", 1);
    return LogRequest{requestId, fields.oneOf("log", {"agent", "installer"}) == 0 ? GuestLog::agent : GuestLog::installer};
}

HostMessage setTime(Fields& fields) { return SetTime{fields.integer("unixMs", earliestUnixMs, latestUnixMs)}; }

HostMessage ping(Fields& fields) { return Ping{fields.unsigned32("id")}; }

HostMessage desktopConfigure(Fields& fields) {
    const Rect workArea = fields.rect("workArea");
    const FrameMode frame = fields.oneOf("frame", {"host", "guest"}) == 0 ? FrameMode::host : FrameMode::guest;
    return DesktopCommand{DesktopConfigure{workArea, frame, fields.optionalSize("screen")}};
}

HostMessage windowMove(Fields& fields) {
    const uint32_t id = windowId(fields);
    const Rect surface = fields.rect("surface");
    return DesktopCommand{WindowMove{id, surface, fields.unsigned32("serial", 1)}};
}

HostMessage windowState(Fields& fields) {
    constexpr ShowState states[] = {ShowState::normal, ShowState::minimised, ShowState::maximised};
    const uint32_t id = windowId(fields);
    return DesktopCommand{WindowState{id, states[fields.oneOf("state", {"normal", "minimised", "maximised"})]}};
}

HostMessage key(Fields& fields) {
    const auto scancode = static_cast<uint16_t>(fields.integer("scancode", 1, 127));
    const bool extended = fields.boolean("extended");
    return DesktopCommand{Key{scancode, extended, fields.boolean("down")}};
}

HostMessage keyCancel(Fields& fields) {
    const auto scancode = static_cast<uint16_t>(fields.integer("scancode", 1, 127));
    return DesktopCommand{KeyCancel{scancode, fields.boolean("extended")}};
}

HostMessage lockState(Fields& fields) {
    const bool caps = fields.boolean("caps"), num = fields.boolean("num");
    return DesktopCommand{LockState{caps, num, fields.boolean("scroll")}};
}

HostMessage text(Fields& fields) {
    std::u16string typed = utf16From(fields.string("text"));
    if (typed.empty() || typed.size() > mostTypedLength) fields.refuse("text");
    return DesktopCommand{Text{std::move(typed)}};
}

HostMessage pointerMove(Fields& fields) {
    const uint32_t id = windowId(fields);
    const int x = fields.coordinate("x");
    return DesktopCommand{PointerMove{id, x, fields.coordinate("y")}};
}

HostMessage pointerButton(Fields& fields) {
    const uint32_t id = windowId(fields);
    const int x = fields.coordinate("x"), y = fields.coordinate("y");
    const auto button = static_cast<uint8_t>(fields.integer("button", 1, 5));
    const bool down = fields.boolean("down");
    const auto sinceMs = fields.optionalInteger("sinceMs", 0, mostButtonGapMs);
    PointerButton parsed{id, x, y, button, down, std::nullopt};
    if (sinceMs) parsed.sinceMs = static_cast<uint32_t>(*sinceMs);
    return DesktopCommand{parsed};
}

HostMessage pointerRelative(Fields& fields) {
    const uint32_t id = windowId(fields);
    const int dx = fields.coordinate("dx");
    return DesktopCommand{PointerRelative{id, dx, fields.coordinate("dy")}};
}

HostMessage wheel(Fields& fields) {
    const uint32_t id = windowId(fields);
    const int x = fields.coordinate("x"), y = fields.coordinate("y");
    const auto vertical = static_cast<int>(fields.integer("vertical", -mostWheelUnits, mostWheelUnits));
    const auto horizontal = static_cast<int>(fields.integer("horizontal", -mostWheelUnits, mostWheelUnits));
    return DesktopCommand{Wheel{id, x, y, vertical, horizontal}};
}

HostMessage trayClick(Fields& fields) {
    constexpr ClickAction actions[] = {ClickAction::down, ClickAction::up, ClickAction::twice};
    const uint32_t id = fields.unsigned32("trayId", 1);
    const auto button = static_cast<uint8_t>(fields.integer("button", 1, 3));
    const ClickAction action = actions[fields.oneOf("action", {"down", "up", "double"})];
    const int x = fields.coordinate("x");
    return TrayCommand{TrayClick{id, button, action, x, fields.coordinate("y")}};
}

HostMessage balloonClick(Fields& fields) { return TrayCommand{BalloonClick{fields.unsigned32("trayId", 1)}}; }

HostMessage openUrl(Fields& fields) {
    const uint32_t id = fields.unsigned32("requestId", 1);
    std::string url = fields.string("url");
    if (!isSafeUrl(url)) fields.refuse("url");
    return LinkCommand{OpenUrl{id, std::move(url)}};
}

HostMessage linkHandling(Fields& fields) { return LinkCommand{LinkHandling{fields.boolean("fromGuest")}}; }

HostMessage frameAck(Fields& fields) {
    const uint32_t id = windowId(fields);
    return DesktopCommand{FrameAck{id, fields.unsigned32("sequence")}};
}

// Commands that are only a window's id, or nothing at all.
template <typename Command>
HostMessage ofWindow(Fields& fields) { return DesktopCommand{Command{windowId(fields)}}; }
template <typename Command>
HostMessage bare(Fields&) { return DesktopCommand{Command{}}; }

constexpr struct {
    std::string_view type;
    Reader read;
} readers[] = {
    {"adopt-secret", adoptSecret},
    {"balloon-click", balloonClick},
    {"challenge", challenge},
    {"clipboard-ack", readClipboardAck},
    {"clipboard-cancel", readClipboardCancel},
    {"clipboard-offer", readClipboardOffer},
    {"clipboard-progress", readClipboardProgress},
    {"clipboard-refusal", readClipboardRefusal},
    {"clipboard-reply", readClipboardReply},
    {"clipboard-request", readClipboardRequest},
    {"deactivate", bare<Deactivate>},
    {"desktop-configure", desktopConfigure},
    {"destroyed-ack", ofWindow<DestroyedAck>},
    {"dismiss-menus", bare<DismissMenus>},
    {"document-forget", readDocumentForget},
    {"file-drop", readFileDrop},
    {"file-get", readFileGet},
    {"file-move", readFileMove},
    {"file-open", readFileOpen},
    {"file-put", readFilePut},
    {"file-remove", readFileRemove},
    {"folder-make", readFolderMake},
    {"folder-remove", readFolderRemove},
    {"frame-ack", frameAck},
    {"key", key},
    {"key-cancel", keyCancel},
    {"launch", launch},
    {"link-handling", linkHandling},
    {"loan-answer", readLoanAnswer},
    {"loan-get", readLoanGet},
    {"loan-handling", readLoanHandling},
    {"loan-put", readLoanPut},
    {"loan-return", readLoanReturn},
    {"lock-state", lockState},
    {"log-request", logRequest},
    {"open-url", openUrl},
    {"ping", ping},
    {"pointer-button", pointerButton},
    {"pointer-move", pointerMove},
    {"pointer-relative", pointerRelative},
    {"print-done", readPrintDone},
    {"print-get", readPrintGet},
    {"printer-list", readPrinterList},
    {"proof", proof},
    {"refresh", ofWindow<Refresh>},
    {"release-all", bare<ReleaseAll>},
    {"set-time", setTime},
    {"share-close", readShareClose},
    {"share-open", readShareOpen},
    {"text", text},
    {"transfer-ack", readTransferAck},
    {"transfer-cancel", readTransferCancel},
    {"tray-click", trayClick},
    {"welcome", welcome},
    {"wheel", wheel},
    {"window-activate", ofWindow<WindowActivate>},
    {"window-close", ofWindow<WindowClose>},
    {"window-end", ofWindow<WindowEnd>},
    {"window-move", windowMove},
    {"window-state", windowState},
};

}  // namespace

HostMessage parseHostMessage(std::string_view text) {
    // The JSON reader would skip a byte order mark; the protocol's JSON has none (RFC 8259, section 8.1).
    if (text.substr(0, 1) == "\xef") return Violation{"not JSON"};
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded()) return Violation{"not JSON"};

    Fields fields(json);
    const std::string type = fields.string("type");
    const auto reader = std::find_if(std::begin(readers), std::end(readers),
                                     [&type](const auto& entry) { return entry.type == type; });
    if (reader == std::end(readers)) return Violation{"unknown type"};
    HostMessage message = reader->read(fields);
    const std::string problem = fields.problem();
    if (!problem.empty()) return Violation{std::string(reader->type) + ": " + problem};
    return message;
}

}  // namespace xpane
