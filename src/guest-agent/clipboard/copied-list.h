// How files stand in the content of a clipboard: names only, one a line (src/redirection/copied-files/copied-list.ts).
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xpane {

// Files of the host that are here by now: a document, and what lies at its top. Nothing if it is anything else.
struct CopiedHere {
    std::string documentId;
    std::vector<std::string> names;  // plain
};
std::optional<CopiedHere> readCopied(std::string_view content);

// A file of this guest: what the host asks for it by, and its names from what was copied down.
std::string copiedLine(const std::string& id, int64_t sizeBytes, const std::vector<std::string>& path);

// The paths in CF_HDROP's bytes (DROPFILES of shlobj.h). Nothing where they end nowhere. `widen`: reads the code page of
// older programs.
std::vector<std::u16string> pathsInDrop(std::string_view bytes, std::u16string (*widen)(std::string_view));
// CF_HDROP's bytes.
std::string dropOf(const std::vector<std::u16string>& paths);

}  // namespace xpane
