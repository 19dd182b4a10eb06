// Which virtual key a scan code (set 1) is. NT finds it by itself when a key is injected; Wine 8 takes what comes
// with it, and nothing else.
#pragma once

#include <cstdint>

namespace xpane {

// What the key means whatever the layout; 0: that is for the layout to say (letters, digits, punctuation).
// `numLock`: the numeric pad types digits.
uint16_t fixedVirtualKey(uint16_t scancode, bool extended, bool numLock);

}  // namespace xpane
