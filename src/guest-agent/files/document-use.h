// Who works on documents, as far as it shows: programs that were started for them, and windows that name their files.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "protocol/commands.h"
#include "win/handles.h"

namespace xpane {

class DocumentUse {
public:
    // The document was opened by this program. What ended is forgotten at the next look.
    void opened(const std::string& documentId, UniqueHandle process);
    // Looks at windows and programs; `names` and `isOpened` speak of this moment.
    void look();
    // A program that was started for the document still runs.
    bool isOpened(const std::string& documentId) const { return programs_.count(documentId) != 0; }
    // A window's title names the file.
    bool isNamed(const FileName& file) const;

private:
    std::map<std::string, std::vector<UniqueHandle>> programs_;
    std::vector<std::wstring> titles_;
};

}  // namespace xpane
