// Content of the host's clipboard on its way here, because a program of the guest pastes: one at a time, as Windows asks.
// Pure; lives on the main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "channel/outbox.h"
#include "protocol/commands.h"
#include "protocol/transfer-chunk.h"

namespace xpane {

class ContentReceiver {
public:
    explicit ContentReceiver(Outbox& host) : host_(host) {}

    // Asks the host. What was asked for before is given up.
    void ask(uint32_t offerId, ClipboardFormat format);
    // Nobody waits any more.
    void giveUp();

    // Each gives the violation, or nothing.
    std::string receive(const ClipboardReply& reply);
    std::string receive(const ClipboardRefusal& refusal);
    std::string receive(const ClipboardProgress& progress) const;
    std::string receive(const TransferChunk& chunk);

    enum class State { idle, waiting, whole, refused };
    State state() const { return state_; }
    // Once it is whole. Idle then.
    std::string take();
    // Another connection: ids begin anew, and what was asked for is refused.
    void clear();

private:
    // Nothing of it is expected any more.
    bool isLate(uint32_t requestId) const { return requestId != lastId_ || state_ != State::waiting; }

    Outbox& host_;
    State state_ = State::idle;
    uint32_t lastId_ = 0;
    std::optional<int64_t> sizeBytes_;
    std::string content_;
};

}  // namespace xpane
