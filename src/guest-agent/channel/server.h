// The agent's end of the channel: listens for the host and keeps the conversations. Lives on the main thread, whose
// loop waits for `event()` together with everything else: so a key goes from the socket to SendInput, and a frame
// from capture to the socket, without another thread or timer in between.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "channel/outbox.h"
#include "channel/session.h"
#include "log/log.h"
#include "win/handles.h"

namespace xpane {

// Who serves the host. Called from within Server::service.
class HostService {
public:
    virtual ~HostService() = default;
    virtual Hello hello() = 0;
    // Keeps the channel's new secret, 64 hex digits, for the agent that comes after a crash of this one.
    virtual bool keepSecret(const std::string& digits) = 0;
    // From here to `disconnected` what goes into the outbox reaches this host.
    virtual void connected(const Welcome& welcome) = 0;
    virtual void disconnected() = 0;
    virtual void launch(const Launch& launch) = 0;
    virtual void readLog(const LogRequest& request) = 0;
    virtual void setTime(const SetTime& time) = 0;
    virtual void command(const DesktopCommand& command) = 0;
    virtual void command(const TrayCommand& command) = 0;
    virtual void command(const LinkCommand& command) = 0;
    virtual void command(const PrintCommand& command) = 0;
    // These two: see SessionEvents.
    virtual std::string command(const FileCommand& command) = 0;
    virtual std::string chunk(TransferChunk chunk) = 0;
    // As these two.
    virtual std::string command(const ClipboardCommand& command) = 0;
    virtual std::string clipboardChunk(const TransferChunk& chunk) = 0;
};

class Server : public Outbox, private SessionEvents {
public:
    // Listens at once. Throws std::runtime_error, with Windows' error number, if it cannot. `secret`: 32 bytes.
    Server(const std::string& address, uint16_t port, std::string secret, Log& log);
    ~Server() override;
    // Before the first `service`. Not owned.
    void serve(HostService& service) { service_ = &service; }

    uint16_t port() const { return port_; }
    bool connected() const { return host_ != nullptr; }

    // Set when `service` has something to do.
    HANDLE event() const { return event_.get(); }
    // How long until `service` has something to do anyway; INFINITE without any connection.
    DWORD msToDeadline() const;
    // Takes what came, sends what waits, ends what is over. Never blocks. `eventSet`: the event was set; asking the
    // sockets otherwise would only cost time that a key waits for.
    void service(bool eventSet);

    void control(const nlohmann::json& message) override;
    void binary(std::vector<uint8_t> message) override;
    std::vector<uint8_t> spareMemory() override;
    size_t queuedBytes() const override;

private:
    struct Connection;

    void takeEvents();
    void accept();
    void read(Connection& connection);
    void flush(Connection& connection);
    void settle();
    void forgetHost();

    Hello hello() override;
    void proven(Session& session) override;
    bool adopt(const std::string& secret) override;
    void welcomed(Session& session, const Welcome& welcome) override;
    void launch(const Launch& launch) override;
    void readLog(const LogRequest& request) override;
    void setTime(const SetTime& time) override;
    void command(const DesktopCommand& command) override;
    void command(const TrayCommand& command) override;
    void command(const LinkCommand& command) override;
    void command(const PrintCommand& command) override;
    std::string command(const FileCommand& command) override;
    std::string chunk(TransferChunk chunk) override;
    std::string command(const ClipboardCommand& command) override;
    std::string clipboardChunk(const TransferChunk& chunk) override;

    std::string secret_;
    Log& log_;
    HostService* service_ = nullptr;
    UniqueHandle event_;
    std::vector<char> received_;
    UniqueSocket listener_;
    uint16_t port_ = 0;
    std::vector<std::unique_ptr<Connection>> connections_;
    Connection* host_ = nullptr;  // the open one
};

}  // namespace xpane
