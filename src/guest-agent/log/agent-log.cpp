#include "log/agent-log.h"

#include <algorithm>

#include "win/clock.h"

namespace xpane {
namespace {

// Kept while no host is there.
constexpr size_t mostLinesForHost = 50;

std::string oneLine(std::string text) {
    std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return text;
}

}  // namespace

void AgentLog::write(LogLevel level, const std::string& text) {
    const Locked locked(lock_);
    const std::string line = oneLine(text);
    file_.write(level, line);
    if (level == LogLevel::debug) return;
    if (forHost_.size() < mostLinesForHost && limit_.allow(nowMs())) {
        forHost_.push_back({level, line});
    } else {
        ++dropped_;
    }
}

std::vector<AgentLog::Line> AgentLog::takeForHost() {
    const Locked locked(lock_);
    std::vector<Line> lines(forHost_.begin(), forHost_.end());
    forHost_.clear();
    if (dropped_ > 0 && limit_.allow(nowMs())) {
        lines.push_back({LogLevel::warn, std::to_string(dropped_) + " log lines were too many and stay in the guest"});
        dropped_ = 0;
    }
    return lines;
}

}  // namespace xpane
