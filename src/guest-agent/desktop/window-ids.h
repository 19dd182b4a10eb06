// Ids of windows for the host: counted up, never used twice while the agent lives. A window that went stays known
// until the host has acknowledged it, so that the number of windows the host holds is bounded at any moment.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>

namespace xpane {

class WindowIds {
public:
    explicit WindowIds(size_t most) : most_(most) {}

    // Nothing when the host already holds as many windows as the protocol allows.
    std::optional<uint32_t> open() {
        if (alive_.size() + going_.size() >= most_ || next_ == 0) return std::nullopt;
        alive_.insert(next_);
        return next_++;
    }
    // The host was told; its acknowledgement is awaited.
    void destroy(uint32_t id) {
        if (alive_.erase(id) > 0) going_.insert(id);
    }
    // False for an id that was not waiting: the host acknowledges once.
    bool acknowledge(uint32_t id) { return going_.erase(id) > 0; }
    // The host is gone and forgets everything.
    void forgetUnacknowledged() { going_.clear(); }

    bool isAlive(uint32_t id) const { return alive_.count(id) > 0; }
    size_t unacknowledged() const { return going_.size(); }

private:
    size_t most_;
    uint32_t next_ = 1;  // 0 after the last one: then nothing is opened any more
    std::unordered_set<uint32_t> alive_, going_;
};

}  // namespace xpane
