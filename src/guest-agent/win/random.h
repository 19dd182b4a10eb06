// Random bytes that nobody can foretell, from Windows.
#pragma once

#include <cstddef>
#include <string>

namespace xpane {

// Throws std::runtime_error if Windows has none to give: nothing may be guessable instead.
std::string randomBytes(size_t count);

}  // namespace xpane
