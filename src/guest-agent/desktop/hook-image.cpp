#include "desktop/hook-image.h"

// The assembler finds it where the Makefile built it.
asm(R"(
    .section .rdata,"dr"
    .balign 4
_xpaneHookBegin:
    .incbin "xpane-hook.dll"
_xpaneHookEnd:
    .text
)");

extern "C" const char xpaneHookBegin[], xpaneHookEnd[];

namespace xpane {

std::string_view hookImage() { return {xpaneHookBegin, static_cast<size_t>(xpaneHookEnd - xpaneHookBegin)}; }

}  // namespace xpane
