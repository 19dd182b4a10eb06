#include "channel/send-queue.h"

#include <utility>

namespace xpane {
namespace {
constexpr size_t worthKeeping = 64 * 1024, mostKept = 4 * 1024 * 1024;  // bytes
}

void SendQueue::add(std::vector<uint8_t> bytes) {
    if (bytes.empty()) return;
    bytes_ += bytes.size();
    chunks_.push_back(std::move(bytes));
}

size_t SendQueue::front(std::string_view* chunks, size_t count) const {
    size_t filled = 0;
    for (const auto& chunk : chunks_) {
        if (filled == count) break;
        const size_t skipped = filled == 0 ? sentOfFirst_ : 0;
        chunks[filled++] = {reinterpret_cast<const char*>(chunk.data()) + skipped, chunk.size() - skipped};
    }
    return filled;
}

void SendQueue::taken(size_t bytes) {
    bytes_ -= bytes;
    sentOfFirst_ += bytes;
    while (!chunks_.empty() && sentOfFirst_ >= chunks_.front().size()) {
        std::vector<uint8_t>& done = chunks_.front();
        sentOfFirst_ -= done.size();
        const size_t room = done.capacity();
        if (room >= worthKeeping && room <= mostKept && room > spare_.capacity()) spare_ = std::move(done);
        chunks_.pop_front();
    }
}

std::vector<uint8_t> SendQueue::takeSpare() { return std::exchange(spare_, {}); }

void SendQueue::clear() {
    chunks_.clear();
    spare_ = {};
    sentOfFirst_ = bytes_ = 0;
}

}  // namespace xpane
