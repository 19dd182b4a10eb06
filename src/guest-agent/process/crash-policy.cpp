#include "process/crash-policy.h"

#include <cstdlib>
#include <exception>

#include "process/exit-codes.h"
#include "win/windows.h"

namespace xpane {
namespace {

LONG WINAPI endNow(EXCEPTION_POINTERS*) {
    TerminateProcess(GetCurrentProcess(), crashed);
    return EXCEPTION_EXECUTE_HANDLER;
}

}  // namespace

void endAtOnceOnCrash() {
    SetUnhandledExceptionFilter(endNow);
    // The C runtime's abort() shows a message box in a windowed program.
    std::set_terminate([] {
        TerminateProcess(GetCurrentProcess(), crashed);
        std::abort();
    });
}

}  // namespace xpane
