// The signed-in user's My Documents.
#pragma once

#include <string>

namespace xpane {

// Remembers which folder it was. False if the registry does not take it.
bool setDocumentsFolder(const std::wstring& folder);
// Only if it is `folder`: it is what it was before.
bool resetDocumentsFolder(const std::wstring& folder);

}  // namespace xpane
