// Where documents lie: XPane\Files\(document id)\(path) in the user's Local AppData; and what is half done beside
// them, on the same volume.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "protocol/commands.h"

namespace xpane {

class DocumentStore {
public:
    // `base`: the user's Local AppData. Makes the folders and removes what an agent before left half done.
    explicit DocumentStore(const std::wstring& base);

    // Of a plain file name, in the form for the file functions: of any length.
    std::wstring pathOf(const FileName& file) const;
    std::wstring folderOf(const std::string& documentId) const { return files_ + L'\\' + wide(documentId); }
    // For a transfer's content until it is whole.
    std::wstring incomingPath(uint32_t transferId) const;
    const std::wstring& root() const { return files_; }

    // The folders above the file.
    bool makeFoldersOf(const FileName& file) const;
    // Makes it vanish in one step. False, and it is there as before, if Windows does not let it go, or `expect` is given
    // and is not its digest (document-digest.h).
    bool remove(const std::string& documentId, const std::optional<std::string>& expect);

    // Every file with a plain name, at most the protocol's number, and its path.
    std::map<FileName, std::wstring> list() const;

private:
    static std::wstring wide(const std::string& ascii) { return {ascii.begin(), ascii.end()}; }
    void list(const std::wstring& folder, FileName& at, std::map<FileName, std::wstring>& into) const;
    std::string digestOf(const std::string& documentId, const std::wstring& folder) const;

    std::wstring base_, files_, incoming_;
    unsigned removed_ = 0;
};

// The signed-in user's; empty if Windows has none.
std::wstring localAppData();
// Of a document's file, in the form that programs are given.
std::wstring documentPath(const std::wstring& base, const FileName& file);

}  // namespace xpane
