#include "files/document-store.h"

#include "crypto/hex.h"
#include "files/disk.h"
#include "files/document-digest.h"
#include "protocol/file-name.h"
#include "protocol/limits.h"
#include "win/unicode.h"

#include <shlobj.h>

namespace xpane {
namespace {

constexpr wchar_t anyLength[] = L"\\\\?\\";
constexpr size_t documentIdDigits = 16;

}  // namespace

DocumentStore::DocumentStore(const std::wstring& base) : base_(base) {
    const std::wstring own = anyLength + base + L"\\XPane";
    files_ = own + L"\\Files";
    incoming_ = own + L"\\Incoming";
    makeFolder(own);
    makeFolder(files_);
    removeTree(incoming_);
    makeFolder(incoming_);
}

std::wstring DocumentStore::pathOf(const FileName& file) const {
    return anyLength + documentPath(base_, file);
}

std::wstring DocumentStore::incomingPath(uint32_t transferId) const {
    return incoming_ + L'\\' + wide(std::to_string(transferId));
}

bool DocumentStore::makeFoldersOf(const FileName& file) const {
    std::wstring folder = folderOf(file.documentId);
    bool made = makeFolder(folder);
    for (size_t i = 0; i + 1 < file.path.size() && made; ++i) {
        folder += L'\\' + wideFrom(file.path[i]);
        made = makeFolder(folder);
    }
    return made;
}

bool DocumentStore::remove(const std::string& documentId, const std::optional<std::string>& expect) {
    const std::wstring folder = folderOf(documentId);
    const auto isOther = [&](const std::wstring& at) { return expect && digestOf(documentId, at) != *expect; };
    if (isOther(folder)) return false;
    const std::wstring gone = incoming_ + L"\\removed" + wide(std::to_string(++removed_));
    if (!MoveFileExW(folder.c_str(), gone.c_str(), 0)) {
        const DWORD error = GetLastError();
        return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
    }
    // Nobody finds it any more: what it has now is all it ever will.
    if (!isOther(gone)) {
        removeTree(gone);
        return true;
    }
    // A program that has made the folder anew meanwhile finds the one before in it.
    if (!MoveFileExW(gone.c_str(), folder.c_str(), 0)) {
        MoveFileExW(gone.c_str(), (folder + L"\\before").c_str(), 0);
    }
    return false;
}

std::string DocumentStore::digestOf(const std::string& documentId, const std::wstring& folder) const {
    FileName at{documentId, {}};
    std::map<FileName, std::wstring> paths;
    list(folder, at, paths);
    std::map<FileName, uint64_t> stamps;
    for (const auto& [file, path] : paths) {
        if (const auto state = stateAt(path)) stamps.emplace(file, state->stamp);
    }
    return documentDigest(stamps);
}

std::map<FileName, std::wstring> DocumentStore::list() const {
    std::map<FileName, std::wstring> files;
    size_t documents = 0;
    for (const FolderEntry& entry : entriesOf(files_)) {
        FileName at{utf8From(entry.name), {}};
        if (!entry.isFolder || entry.isLink || !isLowerHex(at.documentId, documentIdDigits)) continue;
        if (++documents > mostDocuments) break;
        list(files_ + L'\\' + entry.name, at, files);
    }
    return files;
}

// Links lead elsewhere: what is behind them is no part of the document.
void DocumentStore::list(const std::wstring& folder, FileName& at, std::map<FileName, std::wstring>& into) const {
    if (at.path.size() >= mostDocumentDepth) return;
    for (const FolderEntry& entry : entriesOf(folder)) {
        const std::string name = utf8From(entry.name);
        // What is no text does not come back as it was, and is no plain name of any file.
        if (entry.isLink || wideFrom(name) != entry.name || !isPlainFileName(name)) continue;
        if (into.size() >= mostDocumentFiles) return;
        const std::wstring inner = folder + L'\\' + entry.name;
        at.path.push_back(name);
        if (entry.isFolder) {
            list(inner, at, into);
        } else {
            into.emplace(at, inner);
        }
        at.path.pop_back();
    }
}

std::wstring localAppData() {
    wchar_t path[MAX_PATH] = L"";
    return SHGetFolderPathW(nullptr, CSIDL_LOCAL_APPDATA | CSIDL_FLAG_CREATE, nullptr, SHGFP_TYPE_CURRENT, path) == S_OK
               ? path
               : L"";
}

std::wstring documentPath(const std::wstring& base, const FileName& file) {
    std::wstring path = base + L"\\XPane\\Files\\" + wideFrom(file.documentId);
    for (const std::string& name : file.path) path += L'\\' + wideFrom(name);
    return path;
}

}  // namespace xpane
