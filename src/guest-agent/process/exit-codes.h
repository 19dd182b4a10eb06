// How the agent's processes end. Anything else is a crash, after which the supervisor starts the worker again.
#pragma once

namespace xpane {

constexpr unsigned endedByDesign = 0;
// The worker's word for the same: 0 is also what Wine makes of a process that was killed from outside.
constexpr unsigned workerDone = 10;
constexpr unsigned wrongSetUp = 2;  // command line or secret: starting again would not help
constexpr unsigned anotherInstance = 3;
constexpr unsigned cannotListen = 4;  // perhaps only for now
constexpr unsigned cannotOpenLink = 5;  // of --open-url
constexpr unsigned cannotOpenFile = 6;  // of --open-file
constexpr unsigned crashed = 70;

}  // namespace xpane
