// Control messages to the host (src/guest-bridge/protocol/from-guest.ts) but for those about windows themselves,
// which desktop/ makes. Texts are cut to the protocol's maxima.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "desktop/cursor-shape.h"
#include "log/log.h"

namespace xpane {

struct Hello {
    std::string agentVersion;
    std::string instance;  // 16 hex digits
    std::string system;
    std::string captureBackend;
    std::vector<std::string> capabilities;
    int desktopWidth = 0, desktopHeight = 0;
};

struct Application {
    std::string id;  // 16 hex digits
    std::string name;
    std::vector<std::string> folder;
    std::string target, arguments;
    std::optional<uint64_t> icon;  // hash
    std::vector<std::string> extensions;  // of the files that it opens: lower case, without the dot
};
bool operator==(const Application& a, const Application& b);

enum class LaunchOutcome { started, notPublished, notFound, notTaken, accessDenied, noSession, failed };
struct LaunchResult {
    uint32_t requestId = 0;
    LaunchOutcome outcome = LaunchOutcome::failed;
    uint32_t processId = 0;    // 0 unless started, and if Windows does not say
    uint32_t systemError = 0;  // Win32
};

nlohmann::json proofMessage(const std::string& nonce, const std::string& hmac);
nlohmann::json helloMessage(const Hello& hello);
nlohmann::json readyMessage();
// Without a code the installer is at work.
nlohmann::json installStatusMessage(std::optional<uint32_t> code);
nlohmann::json publishedMessage(const Application& application);
nlohmann::json withdrawnMessage(const std::string& applicationId);
nlohmann::json launchResultMessage(const LaunchResult& result);
nlohmann::json logMessage(LogLevel level, const std::string& text);
// A part of a log; `end` is empty while more follows.
nlohmann::json logPartMessage(uint32_t requestId, const std::string& text, const std::string& end);
// Safe, see urls/safe-url.h.
nlohmann::json openUrlMessage(const std::string& url);
nlohmann::json cursorMessage(uint32_t windowId, const CursorShape& shape);
nlohmann::json secretAdoptedMessage();
nlohmann::json pongMessage(uint32_t id);

const char* nameOf(LaunchOutcome outcome);
const char* nameOf(LogLevel level);

}  // namespace xpane
