// What the host asks of the folders that its shares are in this guest. Each is a document's folder (files/): content goes
// the ways of any document, and what is here is the rest: drives, My Documents, folders, and the end of files.
#pragma once

#include <set>
#include <string>

#include "files/document-store.h"
#include "files/incoming-file.h"

namespace xpane {

class ShareSteps {
public:
    // Outlived by `store`. On the disk's thread.
    explicit ShareSteps(const DocumentStore& store) : store_(store) {}

    TransferStep run(const ShareStep& step);
    // It was opened since the agent was started.
    bool isShare(const std::string& documentId) const { return shares_.count(documentId) != 0; }

private:
    TransferStep open(const ShareStep& step);
    TransferStep close(const std::string& documentId) const;
    TransferStep removeFile(const ShareStep& step) const;
    TransferStep moveFile(const ShareStep& step) const;
    TransferStep makeFolders(const FileName& folder) const;
    // As programs are given it.
    std::wstring plainFolder(const std::string& documentId) const;

    const DocumentStore& store_;
    std::set<std::string> shares_;
};

}  // namespace xpane
