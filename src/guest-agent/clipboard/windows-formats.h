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
// All that programs of this system may ask for instead.
std::vector<UINT> windowsFormats(ClipboardFormat format);
std::optional<ClipboardFormat> formatOf(UINT windowsFormat);
// What of the clipboard can cross, the richest first. The clipboard need not be open.
std::vector<ClipboardFormat> formatsThere();
// Whether it takes a look into formatted text to know if that is a picture.
bool mayBePictureInText();

// The rest need the clipboard open.

// Whether a picture alone was copied, that its program gives only as formatted text: Wine's rich text.
bool isPictureInText();
// Nothing: it is not there, its program does not give it, or (`tooLarge`) it is more than may cross.
std::optional<std::string> readClipboard(ClipboardFormat format, bool& tooLarge);
// `asked`: Windows' number. False: there is not enough memory. Whatever `bytes` are, what programs read of it ends with zeros.
bool putOnClipboard(UINT asked, std::string_view bytes);
// Whoever pastes files is not to move them away.
void sayThatFilesAreCopied();

}  // namespace xpane
