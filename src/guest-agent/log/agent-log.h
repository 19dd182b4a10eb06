// The agent's log: everything to the file, all but debug lines also to the host, as many as it takes.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "log/log-file.h"
#include "log/log.h"
#include "log/rate-limit.h"
#include "win/lock.h"

namespace xpane {

class AgentLog : public Log {
public:
    explicit AgentLog(std::wstring path) : file_(std::move(path)) {}
    // Any thread.
    void write(LogLevel level, const std::string& text) override;

    struct Line {
        LogLevel level;
        std::string text;
    };
    // What the host is to be told now; what was too much is one line that counts it.
    std::vector<Line> takeForHost();

private:
    Lock lock_;
    LogFile file_;
    RateLimit limit_{20, 50};
    std::deque<Line> forHost_;
    uint32_t dropped_ = 0;
};

}  // namespace xpane
