#include "protocol/encode.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "icon/icon-image.h"
#include "protocol/limits.h"
#include "win/unicode.h"

namespace xpane {

using nlohmann::json;

bool operator==(const Application& a, const Application& b) {
    return a.id == b.id && a.name == b.name && a.folder == b.folder && a.target == b.target &&
           a.arguments == b.arguments && a.icon == b.icon && a.extensions == b.extensions;
}

const char* nameOf(LaunchOutcome outcome) {
    switch (outcome) {
        case LaunchOutcome::started: return "started";
        case LaunchOutcome::notPublished: return "not-published";
        case LaunchOutcome::notFound: return "not-found";
        case LaunchOutcome::notTaken: return "not-taken";
        case LaunchOutcome::accessDenied: return "access-denied";
        case LaunchOutcome::noSession: return "no-session";
        case LaunchOutcome::failed: break;
    }
    return "failed";
}

const char* nameOf(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return "debug";
        case LogLevel::info: return "info";
        case LogLevel::warn: return "warn";
        case LogLevel::error: break;
    }
    return "error";
}

json proofMessage(const std::string& nonce, const std::string& hmac) {
    return {{"type", "proof"}, {"nonce", nonce}, {"hmac", hmac}};
}

json helloMessage(const Hello& hello) {
    return {{"type", "hello"},
            {"major", protocolMajor},
            {"minor", protocolMinor},
            {"agentVersion", hello.agentVersion},
            {"instance", hello.instance},
            {"system", cutToUnits(hello.system, mostSystemLength)},
            {"captureBackend", hello.captureBackend},
            {"capabilities", hello.capabilities},
            {"desktop", {{"width", hello.desktopWidth}, {"height", hello.desktopHeight}}}};
}

json readyMessage() { return {{"type", "ready"}}; }

json installStatusMessage(std::optional<uint32_t> code) {
    json message = {{"type", "install-status"}};
    if (code) message["code"] = *code;
    return message;
}

json publishedMessage(const Application& application) {
    json folder = json::array();
    for (size_t i = 0; i < std::min(application.folder.size(), mostFolderDepth); ++i) {
        folder.push_back(cutToUnits(application.folder[i], mostNameLength));
    }
    json described = {{"applicationId", application.id},
                      {"name", cutToUnits(application.name, mostNameLength)},
                      {"folder", std::move(folder)},
                      {"target", cutToUnits(application.target, mostPathLength)},
                      {"arguments", cutToUnits(application.arguments, mostPathLength)}};
    if (application.icon) described["iconId"] = iconIdOf(*application.icon);
    if (!application.extensions.empty()) described["extensions"] = application.extensions;
    return {{"type", "application-published"}, {"application", std::move(described)}};
}

json withdrawnMessage(const std::string& applicationId) {
    return {{"type", "application-withdrawn"}, {"applicationId", applicationId}};
}

json launchResultMessage(const LaunchResult& result) {
    return {{"type", "launch-result"},
            {"requestId", result.requestId},
            {"outcome", nameOf(result.outcome)},
            {"processId", result.processId},
            {"systemError", result.systemError}};
}

json logMessage(LogLevel level, const std::string& text) {
    return {{"type", "log"}, {"level", nameOf(level)}, {"text", cutToUnits(text, mostLogLength)}};
}

json logPartMessage(uint32_t requestId, const std::string& text, const std::string& end) {
    json message = {{"type", "log-part"}, {"requestId", requestId}, {"text", text}};
    if (!end.empty()) message["end"] = end;
    return message;
}

json cursorMessage(uint32_t windowId, const CursorShape& shape) {
    json message = {{"type", "cursor"}, {"windowId", windowId}, {"shape", cursorNames[shape.which]}};
    if (shape.which == customCursor) message["cursorId"] = iconIdOf(shape.hash);
    return message;
}

json openUrlMessage(const std::string& url) { return {{"type", "open-url"}, {"url", url}}; }

json secretAdoptedMessage() { return {{"type", "secret-adopted"}}; }

json pongMessage(uint32_t id) { return {{"type", "pong"}, {"id", id}}; }

}  // namespace xpane
