// Whether an agent serves: listens, and knows the secret.
#pragma once

#include <string>

#include "log/log.h"
#include "process/options.h"
#include "win/handles.h"

namespace xpane {

// One try, at most some seconds. `secret`: 64 digits.
bool answers(const Endpoint& listen, const std::string& secret);

enum class Trial {
    passed,
    failed,
    anotherRuns,  // an agent was there first, as Windows may start one at this moment
};

// Waits until the agent answers, and a moment later once more: one that crashes on its first connection is no
// good. Ends when `process` ends, or after `withinMs`.
Trial trialOf(HANDLE process, const Endpoint& listen, const std::string& secret, uint32_t withinMs, Log& log);

}  // namespace xpane
