// Threads of our own (the -win32 thread model has no std::thread). An exception that leaves one ends the process, as
// in std::thread: the supervisor starts a clean one.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include "win/handles.h"

namespace xpane {

// The thread's handle, to wait for its end; empty if Windows could not start it.
inline UniqueHandle startThread(std::function<void()> work) {
    auto owned = std::make_unique<std::function<void()>>(std::move(work));
    const auto run = [](void* parameter) -> DWORD {
        const std::unique_ptr<std::function<void()>> mine(static_cast<std::function<void()>*>(parameter));
        try {
            (*mine)();
        } catch (...) {
            std::terminate();
        }
        return 0;
    };
    UniqueHandle thread(CreateThread(nullptr, 0, run, owned.get(), 0, nullptr));
    if (thread) owned.release();
    return thread;
}

}  // namespace xpane
