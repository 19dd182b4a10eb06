#include "files/settling.h"

namespace xpane {

std::vector<FileNews> Settling::look(const SeenFiles& seen, uint64_t nowMs) {
    std::vector<FileNews> news;
    unsettled_ = false;
    for (const auto& [file, now] : seen) {
        const auto [found, isNew] = records_.try_emplace(file);
        Record& record = found->second;
        if (isNew) record.firstMs = nowMs;
        if (isNew || !(record.state == now.state)) {
            record.state = now.state;
            record.sinceMs = nowMs;
        }
        record.missingMs.reset();
        record.waits = false;
        const bool other = !record.told || !(record.told->state == now.state);
        const bool otherUse = record.told && record.told->inUse != now.inUse;
        const bool full = !tellsAll_ && news.size() >= mostToldAtOnce;
        if (!full && (tellsAll_ || (other && isDue(record, now, nowMs)))) {
            record.told = Told{now.state, now.inUse};
            news.push_back({file, false, now.state, now.inUse});
        } else if (!full && otherUse) {
            record.told->inUse = now.inUse;
            news.push_back({file, false, record.told->state, now.inUse});
        } else {
            record.waits = other || otherUse;
            unsettled_ = unsettled_ || record.waits;
        }
    }
    lookForGone(seen, nowMs, news);
    tellsAll_ = false;
    return news;
}

bool Settling::isDue(const Record& record, const SeenFile& seen, uint64_t nowMs) const {
    if (!seen.writing) return nowMs - record.sinceMs >= settleMs;
    return !record.told && nowMs - record.firstMs >= mostUntoldMs;
}

// An application that saves by deleting and renaming leaves a moment without the file.
void Settling::lookForGone(const SeenFiles& seen, uint64_t nowMs, std::vector<FileNews>& news) {
    for (auto entry = records_.begin(); entry != records_.end();) {
        Record& record = entry->second;
        if (seen.count(entry->first) != 0) {
            ++entry;
            continue;
        }
        if (!record.missingMs) record.missingMs = nowMs;
        const bool over = nowMs - *record.missingMs >= settleMs;
        if (tellsAll_ || !record.told) {
            entry = records_.erase(entry);
        } else if (over && news.size() < mostToldAtOnce) {
            news.push_back({entry->first, true, {}, false});
            entry = records_.erase(entry);
        } else {
            unsettled_ = true;
            ++entry;
        }
    }
}

FileNews Settling::made(const FileName& file, const FileState& state, uint64_t nowMs) {
    Record& record = records_[file];
    record = {};
    record.state = state;
    record.firstMs = record.sinceMs = nowMs;
    record.told = Told{state, false};
    return {file, false, state, false};
}

bool Settling::waits(const FileName& file) const {
    const auto found = records_.find(file);
    return found == records_.end() || found->second.waits;
}

std::vector<FileNews> Settling::forget(const std::string& documentId) {
    std::vector<FileNews> news;
    for (auto entry = records_.begin(); entry != records_.end();) {
        if (entry->first.documentId != documentId) {
            ++entry;
            continue;
        }
        if (entry->second.told) news.push_back({entry->first, true, {}, false});
        entry = records_.erase(entry);
    }
    return news;
}

}  // namespace xpane
