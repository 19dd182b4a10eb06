// The first words between a host and the agent, from the host's side, without the socket: request, challenge, and the
// agent's proof that it knows the workspace's secret. It ends there. A host that proves itself too would take the
// place of the real one (channel/server.cpp), which may be connected by then.
#pragma once

#include <string>
#include <string_view>

namespace xpane {

class AgentTalk {
public:
    enum class State { listening, proven, failed };

    // `secret`: 32 bytes. `nonce`: 64 random hex digits. `mask`: 4 random bytes, as RFC 6455 wants of a client.
    AgentTalk(std::string secret, std::string nonce, const std::string& mask);

    // To be sent as soon as the connection is there.
    const std::string& firstWords() const { return firstWords_; }
    // Bytes of the agent, in any pieces.
    void receive(std::string_view bytes);
    State state() const { return state_; }

private:
    void read();
    bool proves(const std::string& message) const;

    const std::string secret_, nonce_;
    std::string firstWords_, heard_;
    State state_ = State::listening;
};

}  // namespace xpane
