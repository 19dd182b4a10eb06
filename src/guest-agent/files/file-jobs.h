// What the main thread and the disk's thread tell each other about documents.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "protocol/commands.h"
#include "protocol/transfer-chunk.h"
#include "win/handles.h"

namespace xpane {

// Another host, or, with `connection` 0, none any more: what was under way is over.
struct HostChanged { uint32_t connection = 0; int64_t windowBytes = 0; };
// A program was started for the document.
struct DocumentOpened { std::string documentId; UniqueHandle process; };

// A file of the agent's own that the host reads, as it reads those of documents.
struct PathGet { uint32_t transferId = 0; std::wstring path; };

using FileJob = std::variant<HostChanged, FilePut, TransferChunk, FileGet, TransferAck, TransferCancel, DocumentForget,
                             DocumentOpened, LoanGet, LoanPut, PathGet, ShareStep>;

// For the host with this `connection`; for another one it is nothing.
struct FileWord {
    enum class Kind { plain, taken, sent, end, allTold };

    uint32_t connection = 0;
    Kind kind = Kind::plain;
    uint32_t transferId = 0;      // not of `plain` and `allTold`
    int64_t bytes = 0;            // of `taken` and `sent`: in all
    nlohmann::json message;       // not of `sent` and `allTold`
    std::vector<uint8_t> binary;  // of `sent`
};

}  // namespace xpane
