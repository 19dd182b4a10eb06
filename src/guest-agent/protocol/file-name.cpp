#include "protocol/file-name.h"

#include <algorithm>
#include <string>

#include "protocol/limits.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr std::u16string_view forbidden = u"<>:\"/\\|?*\x7f";
constexpr std::u16string_view devices[] = {u"con", u"prn", u"aux", u"nul", u"clock$", u"conin$", u"conout$"};
constexpr std::u16string_view numbered[] = {u"com", u"lpt"};  // 1 to 9, superscript ones too
constexpr std::u16string_view digits = u"123456789\u00b9\u00b2\u00b3";

char16_t lower(char16_t unit) { return unit >= u'A' && unit <= u'Z' ? static_cast<char16_t>(unit + 32) : unit; }

// What Windows takes for a device, with any extension: COM1.txt and "con .x" too.
bool isDevice(std::u16string_view name) {
    std::u16string stem(name.substr(0, name.find(u'.')));
    stem.erase(stem.find_last_not_of(u' ') + 1);
    std::transform(stem.begin(), stem.end(), stem.begin(), lower);
    if (std::find(std::begin(devices), std::end(devices), stem) != std::end(devices)) return true;
    return stem.size() == 4 && digits.find(stem[3]) != digits.npos &&
           std::find(std::begin(numbered), std::end(numbered), stem.substr(0, 3)) != std::end(numbered);
}

}  // namespace

bool isPlainFileName(std::string_view utf8) {
    if (!isUtf8(utf8)) return false;
    const std::u16string name = utf16From(utf8);
    if (name.empty() || name.size() > mostFileNameLength) return false;
    if (name.back() == u'.' || name.back() == u' ') return false;
    const bool allowed = std::none_of(name.begin(), name.end(), [](char16_t unit) {
        return unit < 0x20 || forbidden.find(unit) != forbidden.npos;
    });
    return allowed && !isDevice(name);
}

}  // namespace xpane
