// What happens when the agent itself goes wrong: it ends at once, without a dialog nobody would see.
#pragma once

namespace xpane {

// For this process only. Not by SetErrorMode(SEM_NOGPFAULTERRORBOX): programs that the agent starts inherit that,
// and would crash without a word as well.
void endAtOnceOnCrash();

}  // namespace xpane
