// A file on its way from the host: content goes to a place of its own, and to its name when it is whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "files/document-store.h"
#include "files/medium-ahead.h"
#include "protocol/encode-files.h"
#include "win/handles.h"

namespace xpane {

// How a step went. Of what is not done the transfer is over.
struct TransferStep {
    TransferOutcome outcome = TransferOutcome::done;
    DWORD systemError = 0;
};

class IncomingFile {
public:
    IncomingFile(const DocumentStore& store, FilePut put);
    // What did not come to its name is removed.
    virtual ~IncomingFile();
    IncomingFile(const IncomingFile&) = delete;
    IncomingFile& operator=(const IncomingFile&) = delete;

    const FileName& file() const { return put_.file; }
    int64_t takenBytes() const { return takenBytes_; }
    bool isWhole() const { return takenBytes_ == put_.sizeBytes; }

    // In this order: room for all of it, then its content, then to its name.
    virtual TransferStep begin();
    TransferStep take(std::string_view content);
    TransferStep finish(FileState& state);
    // False: it is no file of the store.
    virtual bool isDocument() const { return true; }

protected:
    // `path`: for its content until it is whole, on the volume that it goes to.
    IncomingFile(const DocumentStore& store, FilePut put, std::wstring path);
    const std::wstring& path() const { return path_; }
    // Brings what is whole to its name.
    virtual TransferStep place(FileState& state);

private:
    TransferStep replaceTarget() const;
    TransferStep replaceExpected(const std::wstring& target) const;

    const DocumentStore& store_;
    const FilePut put_;
    const std::wstring path_;
    UniqueHandle content_;
    std::optional<MediumAhead> medium_;  // after `content_`: it has the file open, too
    int64_t takenBytes_ = 0;
};

}  // namespace xpane
