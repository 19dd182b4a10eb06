#include "files/file-kinds.h"

#include <algorithm>

namespace xpane {
namespace {

// Windows' own list of what it asks about before it runs a download, as far as it is of programs and scripts.
constexpr std::u16string_view programs =
    u".app;.application;.bat;.chm;.cmd;.com;.cpl;.exe;.gadget;.hlp;.hta;.inf;.ins;.isp;.jar;.js;.jse;.ksh;.lnk;.msc;"
    u".msi;.msp;.mst;.pif;.prg;.ps1;.reg;.scf;.scr;.sct;.shb;.shs;.url;.vb;.vbe;.vbs;.ws;.wsc;.wsf;.wsh;";

std::u16string lowered(std::u16string_view text) {
    std::u16string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char16_t unit) {
        return unit >= u'A' && unit <= u'Z' ? static_cast<char16_t>(unit + 32) : unit;
    });
    return result;
}

bool isWordPart(char16_t unit) {
    return unit > 0x7f || (unit >= u'0' && unit <= u'9') || (unit >= u'a' && unit <= u'z') ||
           (unit >= u'A' && unit <= u'Z') || unit == u'_';
}

}  // namespace

bool isProgramName(std::u16string_view name, std::u16string_view pathExt) {
    const size_t dot = name.rfind(u'.');
    if (dot == name.npos) return false;
    const std::u16string extension = lowered(name.substr(dot)) + u';';
    const auto holds = [&extension](std::u16string_view list) {
        const std::u16string all = u';' + lowered(list) + u';';
        return all.find(u';' + extension) != all.npos;
    };
    return holds(programs) || holds(pathExt);
}

bool titleNames(std::u16string_view title, std::u16string_view name) {
    if (title.find(name) != title.npos) return true;
    const size_t dot = name.rfind(u'.');
    const std::u16string_view stem = name.substr(0, dot == 0 ? name.npos : dot);
    for (size_t at = title.find(stem); at != title.npos; at = title.find(stem, at + 1)) {
        const bool begins = at == 0 || !isWordPart(title[at - 1]);
        const size_t end = at + stem.size();
        if (begins && (end == title.size() || !isWordPart(title[end]))) return true;
    }
    return false;
}

}  // namespace xpane
