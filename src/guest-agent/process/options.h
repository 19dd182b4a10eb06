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

struct Endpoint {
    std::string address;
    uint16_t port = 0;
};

// "127.0.0.1:7007". Nothing if it is not an IPv4 address and a port.
std::optional<Endpoint> listenOf(const std::string& text);

constexpr char usage[] =
    "xpane-agent --listen ADDRESS:PORT --secret-file FILE --log-file FILE [--screen-program FILE] "
    "[--clock-program FILE]";

// Without the program's name. Nothing if it is not as `usage` says.
std::optional<Options> optionsOf(const std::vector<std::string>& arguments);

}  // namespace xpane
