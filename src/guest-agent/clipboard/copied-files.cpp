#include "clipboard/copied-files.h"

#include <utility>
#include <vector>

#include "clipboard/copied-list.h"
#include "files/disk.h"
#include "files/document-store.h"
#include "protocol/file-name.h"
#include "protocol/limits.h"
#include "win/unicode.h"

namespace xpane {
namespace {

// Empty folders are counted, too: whoever copied a whole disk is told so in a moment.
constexpr size_t mostEntries = 4 * mostCopiedFiles;

std::u16string units(const std::wstring& wide) { return {wide.begin(), wide.end()}; }

std::u16string ofCodePage(std::string_view text) {
    const int bytes = static_cast<int>(text.size());
    std::wstring wide(text.size(), 0);
    wide.resize(static_cast<size_t>(MultiByteToWideChar(CP_ACP, 0, text.data(), bytes, wide.data(), bytes)));
    return units(wide);
}

// All files of what was copied, with the names that they go by from there down.
class CopiedTree {
public:
    explicit CopiedTree(const std::function<void()>& onProgress) : onProgress_(onProgress) {}

    // False: it is not there, or none of its kind can cross.
    bool add(const std::wstring& copied) {
        const std::wstring path = ofAnyLength(copied);
        const DWORD attributes = GetFileAttributesW(path.c_str());
        const std::wstring name = copied.substr(copied.rfind(L'\\') + 1);
        if (attributes == INVALID_FILE_ATTRIBUTES) return false;
        return add(path, name, (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0);
    }
    bool tooMany() const { return entries_ > mostEntries || files_.size() > mostCopiedFiles || tooDeep_; }
    const std::vector<std::pair<std::vector<std::string>, std::wstring>>& files() const { return files_; }

private:
    bool add(const std::wstring& path, const std::wstring& name, bool isFolder) {
        onProgress_();
        const std::string text = utf8From(name);
        // What is no text does not come back as it was.
        if (wideFrom(text) != name || !isPlainFileName(text)) return false;
        ++entries_;
        tooDeep_ = tooDeep_ || at_.size() >= mostDocumentDepth;
        if (tooMany()) return true;
        at_.push_back(text);
        // A folder that cannot be read is lent as a file: the host cannot fetch it, and says so.
        if (isFolder && isReadableFolder(path)) addAllIn(path);
        else files_.emplace_back(at_, path);
        at_.pop_back();
        return true;
    }

    // Links lead elsewhere: what is behind them was not copied.
    void addAllIn(const std::wstring& folder) {
        for (const FolderEntry& entry : entriesOf(folder)) {
            if (tooMany()) return;
            if (!entry.isLink) add(folder + L'\\' + entry.name, entry.name, entry.isFolder);
        }
    }

    const std::function<void()>& onProgress_;
    std::vector<std::string> at_;
    std::vector<std::pair<std::vector<std::string>, std::wstring>> files_;
    size_t entries_ = 0;
    bool tooDeep_ = false;
};

}  // namespace

std::optional<std::string> dropOfCopied(const std::wstring& base, std::string_view content) {
    const auto copied = readCopied(content);
    if (!copied) return std::nullopt;
    std::vector<std::u16string> paths;
    for (const std::string& name : copied->names) {
        const std::wstring path = documentPath(base, {copied->documentId, {name}});
        if (GetFileAttributesW(ofAnyLength(path).c_str()) == INVALID_FILE_ATTRIBUTES) return std::nullopt;
        paths.push_back(units(path));
    }
    return dropOf(paths);
}

std::optional<std::string> lendCopied(std::string_view drop, LoanTable& loans, bool& tooMany,
                                      const std::function<void()>& onProgress) {
    CopiedTree tree(onProgress);
    const auto paths = pathsInDrop(drop, ofCodePage);
    if (paths.empty()) return std::nullopt;
    for (const std::u16string& path : paths) {
        if (!tree.add({path.begin(), path.end()})) return std::nullopt;
        tooMany = tree.tooMany();
        if (tooMany) return std::nullopt;
    }
    std::vector<std::wstring> lent;
    for (const auto& file : tree.files()) lent.push_back(file.second);
    const std::vector<std::string> ids = loans.lendCopied(lent);
    std::string content;
    for (size_t i = 0; i < ids.size(); ++i) {
        onProgress();
        // What is gone meanwhile, or cannot be looked at, is the host's to find out: the others cross.
        const auto state = stateAt(lent[i]);
        content += copiedLine(ids[i], state ? state->sizeBytes : 0, tree.files()[i].first);
    }
    return content;
}

}  // namespace xpane
