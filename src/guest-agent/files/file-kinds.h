// What names say of files. Pure.
#pragma once

#include <string>
#include <string_view>

namespace xpane {

// True for what runs when it is opened: never opened as a document. `pathExt`: Windows' own list, ".COM;.EXE;…".
bool isProgramName(std::u16string_view name, std::u16string_view pathExt);
// True if a window's title names the file, with its extension or without (Windows may hide those).
bool titleNames(std::u16string_view title, std::u16string_view name);

}  // namespace xpane
