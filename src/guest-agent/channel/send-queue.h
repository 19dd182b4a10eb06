// Bytes on their way out, in order, without copying what is large. Bounded by who fills it (Outbox::queuedBytes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

namespace xpane {

class SendQueue {
public:
    void add(std::vector<uint8_t> bytes);
    // The first chunks, at most `count`, for a gathering send; each is valid until the queue changes.
    size_t front(std::string_view* chunks, size_t count) const;
    // The socket took so many bytes.
    void taken(size_t bytes);
    void clear();
    // The memory of the largest chunk that was taken whole since the last call, if there was a large one.
    std::vector<uint8_t> takeSpare();
    size_t bytes() const { return bytes_; }
    bool empty() const { return chunks_.empty(); }

private:
    std::deque<std::vector<uint8_t>> chunks_;
    std::vector<uint8_t> spare_;
    size_t sentOfFirst_ = 0;
    size_t bytes_ = 0;
};

}  // namespace xpane
