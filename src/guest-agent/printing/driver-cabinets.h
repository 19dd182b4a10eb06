// Windows' own PostScript driver, out of the cabinets that Windows XP keeps all its drivers in: it is installed only with
// the first printer that needs it.
#pragma once

#include <string>
#include <vector>

namespace xpane {

// Puts the newest of each file into `folder`, which is there. Those that were found.
std::vector<std::wstring> filesFromCabinets(const std::vector<std::wstring>& names, const std::wstring& folder);

}  // namespace xpane
