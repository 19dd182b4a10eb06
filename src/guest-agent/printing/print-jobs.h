// What the main thread and the printing thread tell each other.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <variant>

#include "protocol/commands.h"

namespace xpane {

// Another host, or, with `connection` 0, none any more.
struct PrintHostChanged { uint32_t connection = 0; };
using PrintTask = std::variant<PrintHostChanged, PrinterList, PrintDone>;

// For the host with this `connection`; for another one it is nothing.
struct PrintWord {
    uint32_t connection = 0;
    nlohmann::json message;
};

}  // namespace xpane
