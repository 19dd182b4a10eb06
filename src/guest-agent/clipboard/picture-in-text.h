// Pictures inside formatted text: Wine's rich text puts a picture that is copied on the clipboard in no other way.
// Formats: Rich Text Format 1.9 (\pict), [MS-EMF].
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xpane {

// The first metafile in the text, as bytes. Nothing: it has none.
std::optional<std::string> metafileInRtf(std::string_view rtf);

// A metafile that does no more than to show one bitmap: that bitmap as CF_DIB has it, to the pixel.
std::optional<std::string> bitmapInMetafile(std::string_view metafile);

// Whether this is all the plain text there is when a picture alone is copied.
bool isPlaceOfPicture(std::wstring_view text);

}  // namespace xpane
