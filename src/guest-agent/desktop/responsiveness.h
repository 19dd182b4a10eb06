// Which applications answer. A thread with windows is sent a message that means nothing; one that has not answered
// for some seconds hangs. Nobody waits for the answers: they come while the owner's thread pumps messages.
#pragma once

#include <map>
#include <vector>

#include "desktop/window-tracker.h"

namespace xpane {

class Responsiveness {
public:
    // One instance at a time.
    Responsiveness();
    ~Responsiveness();
    Responsiveness(const Responsiveness&) = delete;
    Responsiveness& operator=(const Responsiveness&) = delete;

    // Asks whose turn it is, and notes in the windows what became of it. Returns those whose `responding` changed.
    std::vector<uint32_t> check(WindowTracker& tracker, Micros now);
    // The user wants something of this window: its thread is asked now, not when it is its turn.
    void ask(const TrackedWindow& window, Micros now);
    // When `check` has something to do next.
    Micros dueAt() const { return due_; }

private:
    struct Question {
        Micros askedAt = never;  // never: answered
        bool hangs = false;
    };

    static void CALLBACK onAnswer(HWND, UINT, ULONG_PTR threadId, LRESULT);
    void askNext(WindowTracker& tracker, Micros now);
    void forgetGone(WindowTracker& tracker);

    std::map<DWORD, Question> questions_;  // by thread
    DWORD turn_ = 0;
    Micros turnDue_ = 0, due_ = 0;
    bool answered_ = false;
};

}  // namespace xpane
