// Log to a file and, rate-limited, to the host.
#pragma once

#include <string>

namespace xpane {

enum class LogLevel { debug, info, warn, error };

class Log {
public:
    virtual ~Log() = default;
    // One line, UTF-8, no secrets. Never throws, never blocks on the host.
    virtual void write(LogLevel level, const std::string& text) = 0;
};

}  // namespace xpane
