// What one thread hands to another: values in order, and an event that is set while there are some.
#pragma once

#include <utility>
#include <vector>

#include "win/handles.h"
#include "win/lock.h"

namespace xpane {

template <typename Value>
class Mailbox {
public:
    void post(Value value) {
        const Locked locked(lock_);
        values_.push_back(std::move(value));
        SetEvent(event_.get());
    }
    std::vector<Value> take() {
        const Locked locked(lock_);
        ResetEvent(event_.get());
        return std::exchange(values_, {});
    }
    // For waiting. Lives as long as the mailbox.
    HANDLE event() const { return event_.get(); }

private:
    Lock lock_;
    UniqueHandle event_{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
    std::vector<Value> values_;
};

}  // namespace xpane
