// Starts published applications by their shortcuts, and opens files and links.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "log/log.h"
#include "protocol/encode.h"
#include "win/mailbox.h"

namespace xpane {

// Each start has a thread of its own: a shell extension or a slow disk may block it for long, and neither the main
// loop nor the next start waits for that.
class Launcher {
public:
    explicit Launcher(Log& log);

    // The result comes later, in `takeResults`.
    void launch(uint32_t requestId, std::wstring shortcutPath);
    // With the application of this shortcut; without one, with the one that Windows has for such files.
    void open(uint32_t requestId, std::wstring filePath, std::wstring shortcutPath);

    // As `launch`; `url` is safe (urls/safe-url.h).
    void openLink(uint32_t requestId, std::string url);

    // Set while there are results.
    HANDLE event() const;
    std::vector<LaunchResult> takeResults();

private:
    struct Shared;
    void start(uint32_t requestId, std::function<LaunchResult()> work);

    // Held by the threads too: one that hangs for ever must not be waited for at the end.
    std::shared_ptr<Shared> shared_;
    Log& log_;
};

// With the application that the guest has for such files, never with the agent. May take long.
LaunchResult openFileNow(uint32_t requestId, const std::wstring& file);

// What a failed start means (Win32 error).
LaunchOutcome outcomeOf(uint32_t systemError);

}  // namespace xpane
