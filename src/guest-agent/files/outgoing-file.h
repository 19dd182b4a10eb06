// A file on its way to the host: content of one moment, or none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "files/incoming-file.h"
#include "protocol/encode-files.h"
#include "win/handles.h"

namespace xpane {

class OutgoingFile {
public:
    // `windowBytes`: sent and not acknowledged, at most.
    OutgoingFile(FileName file, std::wstring path, int64_t windowBytes)
        : file_(std::move(file)), path_(std::move(path)), windowBytes_(windowBytes) {}

    const FileName& file() const { return file_; }
    const FileState& state() const { return state_; }
    int64_t sentBytes() const { return sentBytes_; }
    bool isWhole() const { return sentBytes_ == state_.sizeBytes; }
    void acknowledge(int64_t bytes) { acknowledgedBytes_ = bytes; }
    bool maySend() const;

    // Refused while somebody has it open for writing. From then on everybody may do with the file what he likes.
    TransferStep begin();
    // The next piece, as a message. Only while `maySend`, and not whole.
    TransferStep read(uint32_t transferId, std::vector<uint8_t>& message);
    // Whether the file is still what was sent.
    TransferStep finish() const;

private:
    const FileName file_;
    const std::wstring path_;
    const int64_t windowBytes_;
    FileState state_;
    UniqueHandle content_;
    int64_t sentBytes_ = 0, acknowledgedBytes_ = 0;
};

}  // namespace xpane
