// What processes that Windows starts of the agent's program (`--open-url`, `--open-file`) hand to the agent that runs: copies
// of bytes, to a window that nobody sees.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "log/log.h"
#include "win/handles.h"

namespace xpane {

struct HandOverKind {
    const char* name;  // for the log
    const wchar_t* windowClass;
    ULONG_PTR mark;  // of WM_COPYDATA
    size_t mostBytes;
};

class HandOver {
public:
    // Any program can send bytes. False: they are for whoever sent them. It is called on the thread that made this, while
    // that waits for messages.
    using Take = std::function<bool(const std::string& bytes)>;

    HandOver(const HandOverKind& kind, Take take, Log& log);
    HandOver(const HandOver&) = delete;
    HandOver& operator=(const HandOver&) = delete;

    // For `take`: counts what it wants, and is true from twenty in ten seconds on. No user clicks faster; the host counts for
    // itself.
    bool isTooMany();

private:
    static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wide, LPARAM other);
    bool received(const COPYDATASTRUCT& data) const;

    const HandOverKind kind_;
    const Take take_;
    Log& log_;
    std::deque<uint64_t> recent_;  // when the last ones came
    bool dropping_ = false;
    UniqueWindow window_;  // goes first
};

// False, also after two seconds: nobody took it.
bool agentTakes(const HandOverKind& kind, std::string bytes);

}  // namespace xpane
