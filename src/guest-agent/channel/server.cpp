#include "channel/server.h"

#include <algorithm>
#include <stdexcept>

#include "crypto/hex.h"
#include "protocol/limits.h"
#include "win/clock.h"
#include "win/random.h"

namespace xpane {
namespace {

constexpr size_t mostUnproven = 4;
constexpr size_t mostConnections = 16;  // with those that are saying goodbye
constexpr size_t nonceBytes = 32;
constexpr size_t readBytes = 1024 * 1024;  // four pieces of a file: each reading costs calls of the system besides
constexpr size_t chunksInASend = 16;

std::runtime_error networkError(const char* what) {
    return std::runtime_error(std::string(what) + ": error " + std::to_string(WSAGetLastError()));
}

// No program that the agent starts gets its sockets.
void keepFromChildren(SOCKET socket) { SetHandleInformation(reinterpret_cast<HANDLE>(socket), HANDLE_FLAG_INHERIT, 0); }

UniqueSocket listenOn(const std::string& address, uint16_t port) {
    UniqueSocket listener(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
    if (!listener) throw networkError("socket");
    keepFromChildren(listener.get());
    // Without it another program of the guest could listen on the same port and catch the host's connection.
    const BOOL on = TRUE;
    setsockopt(listener.get(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE, reinterpret_cast<const char*>(&on), sizeof on);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = inet_addr(address.c_str());
    if (bind(listener.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) throw networkError("bind");
    if (listen(listener.get(), static_cast<int>(mostUnproven)) != 0) throw networkError("listen");
    return listener;
}

uint16_t portOf(SOCKET socket) {
    sockaddr_in name{};
    int size = sizeof name;
    getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size);
    return ntohs(name.sin_port);
}

}  // namespace

struct Server::Connection {
    Connection(UniqueSocket socket, std::string secret, SessionEvents& events)
        : socket(std::move(socket)),
          session(std::move(secret), [] { return hexOf(randomBytes(nonceBytes)); }, events, nowMs()) {}

    bool unproven() const { return session.stage() < Session::Stage::welcome; }

    UniqueSocket socket;
    Session session;
    bool finSent = false;  // our last byte is out; we wait for the other side's
    bool closed = false;  // the other side: what it sent before may still be there
    bool writable = true;
    bool reported = false;  // its end is in the log
};

Server::Server(const std::string& address, uint16_t port, std::string secret, Log& log)
    : secret_(std::move(secret)),
      log_(log),
      event_(CreateEventW(nullptr, TRUE, FALSE, nullptr)),
      received_(readBytes),
      listener_(listenOn(address, port)),
      port_(portOf(listener_.get())) {
    if (WSAEventSelect(listener_.get(), event_.get(), FD_ACCEPT) != 0) throw networkError("WSAEventSelect");
}

Server::~Server() = default;

DWORD Server::msToDeadline() const {
    if (connections_.empty()) return INFINITE;
    uint64_t first = UINT64_MAX;
    for (const auto& connection : connections_) first = std::min(first, connection->session.deadlineMs());
    const uint64_t now = nowMs();
    return first <= now ? 0 : static_cast<DWORD>(std::min<uint64_t>(first - now, INFINITE - 1));
}

void Server::service(bool eventSet) {
    if (eventSet) takeEvents();
    settle();
}

void Server::takeEvents() {
    // Reset before looking: what comes while we look sets it again.
    ResetEvent(event_.get());
    WSANETWORKEVENTS happened{};
    for (const auto& connection : connections_) {
        if (WSAEnumNetworkEvents(connection->socket.get(), nullptr, &happened) != 0) continue;
        if (happened.lNetworkEvents & FD_WRITE) connection->writable = true;
        if (happened.lNetworkEvents & FD_CLOSE) connection->closed = true;
        if (happened.lNetworkEvents & FD_READ || connection->closed) read(*connection);
    }
    if (WSAEnumNetworkEvents(listener_.get(), nullptr, &happened) == 0 && (happened.lNetworkEvents & FD_ACCEPT)) {
        accept();
    }
}

void Server::accept() {
    UniqueSocket socket(::accept(listener_.get(), nullptr, nullptr));
    if (!socket) return;
    const auto unproven = std::count_if(connections_.begin(), connections_.end(),
                                        [](const auto& connection) { return connection->unproven(); });
    if (static_cast<size_t>(unproven) >= mostUnproven || connections_.size() >= mostConnections) {
        log_.write(LogLevel::warn, "channel: too many connections at once, one refused");
        return;
    }
    keepFromChildren(socket.get());
    const BOOL on = TRUE;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, reinterpret_cast<const char*>(&on), sizeof on);
    WSAEventSelect(socket.get(), event_.get(), FD_READ | FD_WRITE | FD_CLOSE);
    SessionEvents& events = *this;
    connections_.push_back(std::make_unique<Connection>(std::move(socket), secret_, events));
    // What came with the connection may have come before WSAEventSelect.
    read(*connections_.back());
}

// Once: what is left sets the event again, and others get their turn.
void Server::read(Connection& connection) {
    const int count = recv(connection.socket.get(), received_.data(), static_cast<int>(received_.size()), 0);
    if (count > 0) {
        connection.session.receive({received_.data(), static_cast<size_t>(count)}, nowMs());
        // Windows tells of the end once, and that may be before all was read.
        if (connection.closed) SetEvent(event_.get());
    } else if (count == 0 || WSAGetLastError() != WSAEWOULDBLOCK) {
        connection.session.die("the connection was closed");
    }
}

// Hands the socket as much as it takes. Called as soon as there is something, and again when the socket is ready.
void Server::flush(Connection& connection) {
    SendQueue& queue = connection.session.outgoing();
    while (connection.writable && !queue.empty()) {
        std::string_view chunks[chunksInASend];
        WSABUF buffers[chunksInASend];
        const size_t count = queue.front(chunks, chunksInASend);
        for (size_t i = 0; i < count; ++i) {
            buffers[i] = {static_cast<u_long>(chunks[i].size()), const_cast<char*>(chunks[i].data())};
        }
        DWORD sent = 0;
        if (WSASend(connection.socket.get(), buffers, static_cast<DWORD>(count), &sent, 0, nullptr, nullptr) == 0) {
            queue.taken(sent);
        } else if (WSAGetLastError() == WSAEWOULDBLOCK) {
            connection.writable = false;  // FD_WRITE says when it is again
        } else {
            connection.session.die("the connection broke");
        }
    }
}

// Does what is due for every connection and removes those that are over.
void Server::settle() {
    const uint64_t now = nowMs();
    for (const auto& connection : connections_) {
        Session& session = connection->session;
        session.expire(now);
        flush(*connection);
        if (session.ended() && connection.get() == host_) forgetHost();
        if (session.ended() && !connection->reported) {
            log_.write(LogLevel::info, "channel: a connection ended: " + session.reason());
            connection->reported = true;
        }
        // Closing the socket at once could throw away our last words on their way to the other side.
        if (session.stage() == Session::Stage::closing && session.outgoing().empty() && !connection->finSent) {
            shutdown(connection->socket.get(), SD_SEND);
            connection->finSent = true;
        }
    }
    connections_.erase(std::remove_if(connections_.begin(), connections_.end(),
                                      [](const auto& connection) {
                                          return connection->session.stage() == Session::Stage::dead;
                                      }),
                       connections_.end());
}

void Server::forgetHost() {
    host_ = nullptr;
    service_->disconnected();
}

void Server::control(const nlohmann::json& message) {
    if (!host_) return;
    host_->session.control(message);
    flush(*host_);
}

void Server::binary(std::vector<uint8_t> message) {
    if (!host_) return;
    host_->session.binary(std::move(message));
    flush(*host_);
}

std::vector<uint8_t> Server::spareMemory() {
    return host_ ? host_->session.outgoing().takeSpare() : std::vector<uint8_t>();
}

size_t Server::queuedBytes() const { return host_ ? host_->session.outgoing().bytes() : 0; }

Hello Server::hello() { return service_->hello(); }

void Server::proven(Session& session) {
    for (const auto& connection : connections_) {
        if (&connection->session == &session || connection->unproven()) continue;
        connection->session.close(closeCode::replaced, "a newer connection of the host", nowMs());
        if (connection.get() == host_) forgetHost();
    }
}

bool Server::adopt(const std::string& secret) {
    if (!service_->keepSecret(hexOf(secret))) return false;
    secret_ = secret;
    log_.write(LogLevel::info, "channel: the host handed another secret over");
    return true;
}

void Server::welcomed(Session& session, const Welcome& welcome) {
    const auto found = std::find_if(connections_.begin(), connections_.end(),
                                    [&session](const auto& connection) { return &connection->session == &session; });
    host_ = found->get();
    service_->connected(welcome);
}

void Server::launch(const Launch& launch) { service_->launch(launch); }
void Server::readLog(const LogRequest& request) { service_->readLog(request); }
void Server::setTime(const SetTime& time) { service_->setTime(time); }
void Server::command(const DesktopCommand& command) { service_->command(command); }
void Server::command(const TrayCommand& command) { service_->command(command); }
void Server::command(const LinkCommand& command) { service_->command(command); }
void Server::command(const PrintCommand& command) { service_->command(command); }
std::string Server::command(const FileCommand& command) { return service_->command(command); }
std::string Server::chunk(TransferChunk chunk) { return service_->chunk(std::move(chunk)); }
std::string Server::command(const ClipboardCommand& command) { return service_->command(command); }
std::string Server::clipboardChunk(const TransferChunk& chunk) { return service_->clipboardChunk(chunk); }

}  // namespace xpane
