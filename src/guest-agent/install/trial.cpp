#include "install/trial.h"

#include "channel/proof.h"
#include "crypto/hex.h"
#include "install/agent-talk.h"
#include "process/exit-codes.h"
#include "win/clock.h"
#include "win/network.h"
#include "win/random.h"

namespace xpane {
namespace {

constexpr uint64_t mostTalkMs = 3000;
constexpr uint32_t betweenTriesMs = 100;
constexpr uint32_t restMs = 300;
constexpr size_t nonceBytes = 32, maskBytes = 4;

// Waits until the socket can be written to (or has failed to connect), or read from.
bool isReady(SOCKET socket, bool toWrite, uint64_t untilMs) {
    const uint64_t now = nowMs();
    if (now >= untilMs) return false;
    const auto left = static_cast<long>(untilMs - now);
    timeval wait{left / 1000, left % 1000 * 1000};
    fd_set set, failed;
    FD_ZERO(&set);
    FD_SET(socket, &set);
    failed = set;
    return select(0, toWrite ? nullptr : &set, toWrite ? &set : nullptr, &failed, &wait) > 0 && !FD_ISSET(socket, &failed);
}

UniqueSocket connectedTo(const Endpoint& listen, uint64_t untilMs) {
    UniqueSocket socket(::socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
    u_long on = 1;
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(listen.port);
    name.sin_addr.s_addr = inet_addr(listen.address == "0.0.0.0" ? "127.0.0.1" : listen.address.c_str());
    if (!socket || ioctlsocket(socket.get(), FIONBIO, &on) != 0) return {};
    if (connect(socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0 &&
        (WSAGetLastError() != WSAEWOULDBLOCK || !isReady(socket.get(), true, untilMs))) {
        return {};
    }
    return socket;
}

bool talk(SOCKET socket, AgentTalk& talk, uint64_t untilMs) {
    const std::string& words = talk.firstWords();
    // Far less than any socket takes at once.
    if (send(socket, words.data(), static_cast<int>(words.size()), 0) != static_cast<int>(words.size())) return false;
    char buffer[4096];
    while (talk.state() == AgentTalk::State::listening && isReady(socket, false, untilMs)) {
        const int count = recv(socket, buffer, sizeof buffer, 0);
        if (count <= 0) break;
        talk.receive({buffer, static_cast<size_t>(count)});
    }
    return talk.state() == AgentTalk::State::proven;
}

}  // namespace

bool answers(const Endpoint& listen, const std::string& secret) {
    const auto bytes = secretOf(secret);
    if (!bytes) return false;
    const Network network;
    const uint64_t untilMs = nowMs() + mostTalkMs;
    const UniqueSocket socket = connectedTo(listen, untilMs);
    AgentTalk words(*bytes, hexOf(randomBytes(nonceBytes)), randomBytes(maskBytes));
    return socket && talk(socket.get(), words, untilMs);
}

Trial trialOf(HANDLE process, const Endpoint& listen, const std::string& secret, uint32_t withinMs, Log& log) {
    const uint64_t start = nowMs();
    uint32_t waitMs = 0;
    int proofs = 0;
    while (nowMs() - start < withinMs) {
        if (WaitForSingleObject(process, waitMs) == WAIT_OBJECT_0) {
            DWORD code = 0;
            GetExitCodeProcess(process, &code);
            log.write(LogLevel::error, "the agent ended with code " + std::to_string(code));
            return code == anotherInstance ? Trial::anotherRuns : Trial::failed;
        }
        proofs = answers(listen, secret) ? proofs + 1 : 0;
        if (proofs == 2) return Trial::passed;
        waitMs = proofs == 1 ? restMs : betweenTriesMs;
    }
    log.write(LogLevel::error, "the agent does not answer");
    return Trial::failed;
}

}  // namespace xpane
