#include "process/options.h"

#include <algorithm>

namespace xpane {
namespace {

std::optional<uint32_t> numberOf(const std::string& text, uint32_t most) {
    const bool digits = !text.empty() && text.size() <= 5 &&
                        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return std::nullopt;
    const unsigned long value = std::stoul(text);
    return value <= most ? std::optional<uint32_t>(static_cast<uint32_t>(value)) : std::nullopt;
}

bool isIpv4(const std::string& text) {
    size_t start = 0;
    for (int part = 0; part < 4; ++part) {
        const size_t end = part < 3 ? text.find('.', start) : text.size();
        if (end == text.npos || !numberOf(text.substr(start, end - start), 255)) return false;
        start = end + 1;
    }
    return true;
}

}  // namespace

std::optional<Endpoint> listenOf(const std::string& text) {
    const size_t colon = text.rfind(':');
    if (colon == text.npos || !isIpv4(text.substr(0, colon))) return std::nullopt;
    const auto port = numberOf(text.substr(colon + 1), 65535);
    if (!port) return std::nullopt;
    return Endpoint{text.substr(0, colon), static_cast<uint16_t>(*port)};
}

std::optional<Options> optionsOf(const std::vector<std::string>& arguments) {
    Options options;
    for (size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--worker") {
            options.worker = true;
            continue;
        }
        if (i + 1 == arguments.size()) return std::nullopt;
        const std::string &name = arguments[i], &value = arguments[++i];
        if (name == "--listen") {
            const auto endpoint = listenOf(value);
            if (!endpoint) return std::nullopt;
            options.address = endpoint->address;
            options.port = endpoint->port;
        } else if (name == "--secret-file") {
            options.secretFile = value;
        } else if (name == "--log-file") {
            options.logFile = value;
        } else if (name == "--screen-program") {
            options.screenProgram = value;
        } else if (name == "--clock-program") {
            options.clockProgram = value;
        } else {
            return std::nullopt;
        }
    }
    const bool whole = !options.address.empty() && !options.secretFile.empty() && !options.logFile.empty();
    return whole ? std::optional<Options>(options) : std::nullopt;
}

}  // namespace xpane
