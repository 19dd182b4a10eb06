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
        // The event costs a call of the system: only what makes it true or false sets it.
        if (values_.empty()) SetEvent(event_.get());
        values_.push_back(std::move(value));
    }
    std::vector<Value> take() {
        const Locked locked(lock_);
        if (values_.empty()) return {};
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
