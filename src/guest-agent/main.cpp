// xpane-agent: shows the applications of this Windows to its host. See process/options.h for the command line and
// process/exit-codes.h for how it ends.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "desktop/capture.h"
#include "loans/loan-desk.h"
#include "log/agent-log.h"
#include "process/crash-policy.h"
#include "process/exit-codes.h"
#include "process/options.h"
#include "process/single-instance.h"
#include "process/supervisor.h"
#include "process/worker.h"
#include "urls/link-relay.h"
#include "win/unicode.h"
#include "win/windows.h"

#include <shellapi.h>

namespace {

std::vector<std::string> commandLine() {
    struct Free {
        void operator()(wchar_t** list) const { LocalFree(list); }
    };
    int count = 0;
    const std::unique_ptr<wchar_t*, Free> list(CommandLineToArgvW(GetCommandLineW(), &count));
    std::vector<std::string> arguments;
    for (int i = 1; list && i < count; ++i) arguments.push_back(xpane::utf8From(std::wstring_view(list.get()[i])));
    return arguments;
}

}  // namespace

int WINAPI WinMain(HINSTANCE, HINSTANCE, LPSTR, int) {
    using namespace xpane;
    // Started by the capture self-test (desktop/capture.h): no agent at all.
    if (const auto test = runCaptureTestWindow(GetCommandLineW()); test.wanted) return test.exitCode;
    endAtOnceOnCrash();
    const auto arguments = commandLine();
    // Windows starts it so for a link or a file; what else either could add to the command is not listened to.
    if (!arguments.empty() && arguments[0] == "--open-url") {
        return static_cast<int>(arguments.size() == 2 ? handLinkOver(arguments[1]) : wrongSetUp);
    }
    if (!arguments.empty() && arguments[0] == "--open-file") {
        return static_cast<int>(arguments.size() == 2 ? handFileOver(wideFrom(arguments[1])) : wrongSetUp);
    }
    const auto options = optionsOf(arguments);
    if (!options) {
        std::fprintf(stderr, "usage: %s\n", usage);
        return wrongSetUp;
    }
    AgentLog log(wideFrom(options->logFile));
    if (options->worker) return static_cast<int>(work(*options, log));

    const UniqueHandle instance = claimSingleInstance();
    if (!instance) {
        log.write(LogLevel::warn, "another agent is running");
        return anotherInstance;
    }
    return static_cast<int>(supervise(*options, log));
}
