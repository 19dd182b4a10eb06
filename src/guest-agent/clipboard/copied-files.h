// Files on the clipboard: those of the host lie here as a document by the time that a program gets their paths, those
// of this guest are lent to the host, each by an id.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "loans/loan-table.h"

namespace xpane {

// CF_HDROP's bytes for files of the host that lie below `base`, the user's Local AppData. Nothing: they do not.
std::optional<std::string> dropOfCopied(const std::wstring& base, std::string_view content);

// Lends what a program has copied, folders with all that is in them; what was lent for a copy before no longer is.
// The content for the host. Nothing: it cannot be lent, or (`tooMany`) is more than may cross. `onProgress` is called for
// each thing that was looked at.
std::optional<std::string> lendCopied(std::string_view drop, LoanTable& loans, bool& tooMany,
                                      const std::function<void()>& onProgress);

}  // namespace xpane
