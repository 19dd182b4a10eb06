// The way out of the agent: every room sends through it, the network thread empties it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace xpane {

class Outbox {
public:
    virtual ~Outbox() = default;
    // Queues one control message. Never blocks. Strings must be valid UTF-8.
    virtual void control(const nlohmann::json& message) = 0;
    // Queues one binary message (protocol/BINARY.md). Never blocks; the caller holds to the frame window.
    virtual void binary(std::vector<uint8_t> message) = 0;
    // Memory of a large message that is on its way already, for the next one: the pages of fresh memory cost more than
    // the pixels written to them. Holds whatever it held; empty if there is none.
    virtual std::vector<uint8_t> spareMemory() { return {}; }
    // Bytes not yet taken by the socket: who makes frames waits while this is high.
    virtual size_t queuedBytes() const = 0;
};

}  // namespace xpane
