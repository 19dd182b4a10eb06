// When a file of a document is worth telling: once nothing has changed for a while and nobody is writing. Pure: looks
// at the disk go in, with the time they were taken at.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "protocol/encode-files.h"

namespace xpane {

constexpr uint64_t settleMs = 500;
constexpr uint64_t mostUntoldMs = 10000;  // of a new file that somebody keeps open for writing
constexpr size_t mostToldAtOnce = 256;    // afterwards; the host takes only so many messages a second

struct SeenFile {
    FileState state;
    bool writing = false;  // somebody has it open for writing
    bool inUse = false;
};
using SeenFiles = std::map<FileName, SeenFile>;

struct FileNews {
    FileName file;
    bool gone = false;
    FileState state;  // not of one that is gone
    bool inUse = false;
};

class Settling {
public:
    // A new host knows nothing: the next look tells everything, settled or not.
    void tellAll() { tellsAll_ = true; }
    // What is to be told after this look.
    std::vector<FileNews> look(const SeenFiles& seen, uint64_t nowMs);
    // The host itself made or replaced it: told at once, so that its use is from now on.
    FileNews made(const FileName& file, const FileState& state, uint64_t nowMs);
    // The document was removed on the host's wish: its files that were told.
    std::vector<FileNews> forget(const std::string& documentId);
    // Something waits for its time: look again soon.
    bool unsettled() const { return unsettled_; }
    // This file does.
    bool waits(const FileName& file) const;

private:
    struct Told {
        FileState state;
        bool inUse = false;
    };
    struct Record {
        FileState state;
        uint64_t firstMs = 0, sinceMs = 0;
        std::optional<uint64_t> missingMs;
        std::optional<Told> told;
        bool waits = false;
    };

    bool isDue(const Record& record, const SeenFile& seen, uint64_t nowMs) const;
    void lookForGone(const SeenFiles& seen, uint64_t nowMs, std::vector<FileNews>& news);

    std::map<FileName, Record> records_;
    bool tellsAll_ = true;
    bool unsettled_ = false;
};

}  // namespace xpane
