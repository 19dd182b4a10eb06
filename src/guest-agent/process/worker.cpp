#include "process/worker.h"

#include <stdexcept>

#include "channel/proof.h"
#include "process/agent.h"
#include "process/exit-codes.h"
#include "process/small-file.h"
#include "win/network.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr DWORD mostSecretFileBytes = 256;

unsigned serve(const Options& options, const std::string& secret, AgentLog& log) {
    // Wine's desktop is a program, which whoever first needs one starts and waits for. Threads that need one at once
    // start two: a second more without an accelerator.
    GetDesktopWindow();
    const Network network;
    Server server(options.address, options.port, secret, log);
    Agent agent(server, log, options);
    log.write(LogLevel::info, "listening on " + options.address + ":" + std::to_string(server.port()));
    agent.run();
    return workerDone;
}

}  // namespace

unsigned work(const Options& options, AgentLog& log) {
    // No "there is no disk in the drive" while icons are read. Launches undo it for what they start.
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    const auto content = contentOf(wideFrom(options.secretFile), mostSecretFileBytes);
    const auto secret = content ? secretOf(*content) : std::nullopt;
    if (!secret) {
        log.write(LogLevel::error, "the secret file cannot be read or does not hold 64 hex digits");
        return wrongSetUp;
    }
    try {
        return serve(options, *secret, log);
    } catch (const std::runtime_error& error) {
        log.write(LogLevel::error, error.what());
        return cannotListen;
    }
}

}  // namespace xpane
