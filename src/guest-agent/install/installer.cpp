#include "install/installer.h"

#include <exception>
#include <optional>

#include "install/agent-process.h"
#include "install/autostart.h"
#include "install/configure.h"
#include "install/exit-codes.h"
#include "install/firewall.h"
#include "install/install-error.h"
#include "install/set-up-folder.h"
#include "install/trial.h"
#include "install/versions.h"
#include "process/small-file.h"
#include "win/clock.h"
#include "win/unicode.h"
#include "win/windows.h"

namespace xpane {
namespace {

constexpr DWORD mostSecretBytes = 256;
constexpr uint32_t betweenTriesMs = 200;
constexpr int mostTrials = 3;

class Installation {
public:
    Installation(SetUpFolder disk, const Places& places, Log& log)
        : disk_(std::move(disk)), places_(places), log_(log), before_(registeredAgent(places)), secret_(secret()) {}

    void run() {
        // What an installer left that was ended before it was done.
        removeVersions(places_, before_ ? before_->version.folder : std::wstring(), log_);
        if (isThere()) return keep();
        stage("copy");
        const Version fresh = placeVersion(places_, disk_.agent, secret_);
        try {
            replaceBy(fresh);
        } catch (const std::exception& error) {
            log_.write(LogLevel::error, error.what());
            comeBack(fresh);
            throw;
        }
        stage("clean-up");
        closeFirewall(places_.programs, fresh.agentFile());
        removeVersions(places_, fresh.folder, log_);
    }

    unsigned applyAnswers() { return configure(disk_.answers, disk_.answersHash, log_); }

private:
    // Wiped from the disk, once the host knew that the guest has it: then it is the one of the agent before.
    std::string secret() const {
        if (disk_.secret) return *disk_.secret;
        const auto known = before_ ? contentOf(before_->version.secretFile(), mostSecretBytes) : std::nullopt;
        if (!known) throw InstallError(installCode::badFolder, "the disk's secret was wiped, and no agent has it yet");
        return *known;
    }

    Endpoint listen() const { return {disk_.answers.address, disk_.answers.port}; }
    uint32_t withinMs() const { return disk_.answers.answerWithinS * 1000; }
    void stage(const char* name) { log_.write(LogLevel::info, std::string("stage: ") + name); }

    // The very same, down to the command line.
    bool isThere() const {
        return before_ && before_->command == commandOf(before_->version, places_, listen()) &&
               contentOf(before_->version.secretFile(), mostSecretBytes) == secret_ &&
               contentOf(before_->version.agentFile(), static_cast<DWORD>(disk_.agent.size())) == disk_.agent;
    }

    // The disk was put in again, or Windows starts both it and the agent at log-on.
    void keep() {
        stage("keep");
        openFirewall(before_->version.agentFile(), log_);
        closeFirewall(places_.programs, before_->version.agentFile());
        if (agentsFrom(places_.programs) == 0) startAgent(before_->command, before_->version);
        const uint64_t start = nowMs();
        while (!answers(listen(), secret_)) {
            if (nowMs() - start > withinMs()) throw InstallError(installCode::noAnswer, "the agent does not answer");
            Sleep(betweenTriesMs);
        }
        log_.write(LogLevel::info, "this agent is installed already, and answers");
    }

    void replaceBy(const Version& fresh) {
        stage("firewall");
        openFirewall(fresh.agentFile(), log_);
        const std::wstring command = commandOf(fresh, places_, listen());
        Trial trial = Trial::anotherRuns;
        for (int i = 0; i < mostTrials && trial == Trial::anotherRuns; ++i) trial = tryOut(fresh, command);
        if (trial != Trial::passed) throw InstallError(installCode::noAnswer, "the new agent does not serve");
        stage("register");
        registerAgent(command);
    }

    Trial tryOut(const Version& fresh, const std::wstring& command) {
        stage("stop");
        stopAgentsOf(places_.programs, log_);
        stage("trial");
        const UniqueHandle process = startAgent(command, fresh);
        if (!process) {
            log_.write(LogLevel::error, "Windows cannot start the agent: error " + std::to_string(GetLastError()));
            return Trial::failed;
        }
        const Trial trial = trialOf(process.get(), listen(), secret_, withinMs(), log_);
        // It may be the one before that answered, if Windows has just started that and the new one gives way to it.
        const bool alone = agentsFrom(places_.programs) == agentsFrom(fresh.folder);
        return trial == Trial::passed && !alone ? Trial::anotherRuns : trial;
    }

    // The agent before counted all the time; it only has to run again. One that runs makes the second one end.
    void comeBack(const Version& fresh) {
        stage("roll back");
        stopAgentsOf(fresh.folder, log_);
        closeFirewall(fresh.folder, std::wstring());
        removeVersions(places_, before_ ? before_->version.folder : std::wstring(), log_);
        if (!before_) return;
        if (!startAgent(before_->command, before_->version)) {
            throw InstallError(installCode::oldAgentGone, "the agent before cannot be started again");
        }
        log_.write(LogLevel::info, "the agent before runs again");
    }

    const SetUpFolder disk_;
    const Places& places_;
    Log& log_;
    const std::optional<Registered> before_;
    const std::string secret_;
};

}  // namespace

unsigned install(const std::wstring& folder, const Places& places, Log& log) {
    log.write(LogLevel::info, "stage: check");
    Installation installation(readSetUpFolder(folder), places, log);
    installation.run();
    return installation.applyAnswers();
}

}  // namespace xpane
