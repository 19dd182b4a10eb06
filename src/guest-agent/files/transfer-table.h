// What host and agent have agreed on about transfers, without any disk: finds every way in which the host could break
// the protocol. Pure; lives on the main thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "protocol/commands.h"
#include "protocol/limits.h"
#include "protocol/transfer-chunk.h"

namespace xpane {

class TransferTable {
public:
    // Each gives the violation, or nothing.
    std::string begin(const FilePut& put);
    std::string begin(const FileGet& get);
    std::string begin(const LoanPut& put);
    std::string begin(const LoanGet& get);
    std::string begin(const PrintGet& get);
    std::string acknowledge(const TransferAck& ack);
    std::string cancel(const TransferCancel& cancel);
    std::string receive(const TransferChunk& chunk);

    // False: it has ended, and what comes for it is late.
    bool isOpen(uint32_t transferId) const { return open_.count(transferId) != 0; }
    // The agent's own words: so much of a put is on the disk, so much of a get went out, that was the end.
    void taken(uint32_t transferId, int64_t bytes);
    void sent(uint32_t transferId, int64_t bytes);
    void ended(uint32_t transferId) { open_.erase(transferId); }
    // Another connection: ids begin anew, and so much of a transfer may be under way.
    void clear(int64_t windowBytes);

private:
    struct Transfer {
        bool isPut = false;
        int64_t sizeBytes = 0;          // of a put
        int64_t movedBytes = 0;         // received of a put, sent of a get
        int64_t acknowledgedBytes = 0;  // by the one who takes them
    };

    std::string begin(uint32_t transferId, const Transfer& transfer);

    std::map<uint32_t, Transfer> open_;
    uint32_t lastId_ = 0;
    int64_t windowBytes_ = transferWindowBytes;
};

}  // namespace xpane
