// The agent's command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace xpane {

struct Options {
    std::string address;  // IPv4, dotted
    uint16_t port = 0;    // 0: any that is free; the log names it
    std::string secretFile, logFile;
    std::string screenProgram;  // changes the guest's screen; empty: Windows does
    std::string clockProgram;   // sets the guest's clock; empty: Windows does
    bool worker = false;  // started by the supervisor
};

constexpr char usage[] =
    "xpane-agent --listen ADDRESS:PORT --secret-file FILE --log-file FILE [--screen-program FILE] "
    "[--clock-program FILE]";

// Without the program's name. Nothing if it is not as `usage` says.
std::optional<Options> optionsOf(const std::vector<std::string>& arguments);

}  // namespace xpane
