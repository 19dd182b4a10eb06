// The way out of the agent: every room sends through it, the network thread empties it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

namespace xpane {

class Outbox {
public:
    virtual ~Outbox() = default;
    // Queues one control message. Never blocks. Strings must be valid UTF-8.
    virtual void control(const nlohmann::json& message) = 0;
    // Queues one binary message (protocol/BINARY.md). Never blocks; the caller holds to the frame window.
    virtual void binary(std::vector<uint8_t> message) = 0;
    // Bytes not yet taken by the socket: who makes frames waits while this is high.
    virtual size_t queuedBytes() const = 0;
};

}  // namespace xpane
