// The clipboard's formats as Windows has them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/commands.h"
#include "win/windows.h"

namespace xpane {

// Windows' number for it.
UINT windowsFormat(ClipboardFormat format);
std::optional<ClipboardFormat> formatOf(UINT windowsFormat);
// What of the clipboard can cross, the richest first. The clipboard need not be open.
std::vector<ClipboardFormat> formatsThere();

// The rest need the clipboard open.

// Nothing: it is not there, its program does not give it, or (`tooLarge`) it is more than may cross.
std::optional<std::string> readClipboard(ClipboardFormat format, bool& tooLarge);
// False: there is not enough memory. Whatever `bytes` are, what programs read of it ends with zeros.
bool putOnClipboard(ClipboardFormat format, std::string_view bytes);
// Whoever pastes files is not to move them away.
void sayThatFilesAreCopied();

}  // namespace xpane
