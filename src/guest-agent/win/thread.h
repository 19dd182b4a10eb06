// Threads of our own (the -win32 thread model has no std::thread). An exception that leaves one ends the process, as
// in std::thread: the supervisor starts a clean one.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include "win/handles.h"

namespace xpane {

using ThreadWork = std::function<void()>;

inline DWORD WINAPI runThread(void* parameter) {
    const std::unique_ptr<ThreadWork> work(static_cast<ThreadWork*>(parameter));
    try {
        (*work)();
    } catch (...) {
        std::terminate();
    }
    return 0;
}

// The thread's handle, to wait for its end; empty if Windows could not start it.
inline UniqueHandle startThread(ThreadWork work) {
    auto owned = std::make_unique<ThreadWork>(std::move(work));
    UniqueHandle thread(CreateThread(nullptr, 0, runThread, owned.get(), 0, nullptr));
    if (thread) owned.release();
    return thread;
}

}  // namespace xpane
