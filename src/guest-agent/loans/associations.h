// Which program opens files, by extension: the registry's classes. While the host wants to open some of them, the agent
// stands before the programs that did until then.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "log/log.h"

namespace xpane {

// Puts the agent before the programs for these ("pdf"), and takes it away from all others. What is so already stays.
void takeExtensions(const std::set<std::wstring>& wanted, Log& log);

// Nothing: Windows' own way opens the file, and does not lead to the agent. Else the class by which it opened before; empty
// where nothing did.
std::optional<std::wstring> hiddenClassOf(const std::wstring& path);

// "pdf", in small letters; empty without one.
std::wstring extensionOf(const std::wstring& path);

}  // namespace xpane
