// Mutual exclusion by critical sections: XP has no SRW locks, and the -win32 thread model has no std::mutex.
#pragma once

#include "win/windows.h"

namespace xpane {

class Lock {
public:
    Lock() noexcept { InitializeCriticalSection(&section_); }
    ~Lock() { DeleteCriticalSection(&section_); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    friend class Locked;
    CRITICAL_SECTION section_;
};

// Holds the lock for as long as it lives.
class Locked {
public:
    explicit Locked(Lock& lock) noexcept : lock_(lock) { EnterCriticalSection(&lock_.section_); }
    ~Locked() { LeaveCriticalSection(&lock_.section_); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

private:
    Lock& lock_;
};

}  // namespace xpane
