#include "printing/windows-port.h"

#include <algorithm>

#include "files/disk.h"
#include "printing/driver-cabinets.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr std::wstring_view prefix = L"\\\\.\\pipe\\xpane-print-";
// Of Windows' PostScript driver.
constexpr const wchar_t *code = L"PSCRIPT5.DLL", *settings = L"PS5UI.DLL", *help = L"PSCRIPT.HLP", *fonts = L"PSCRIPT.NTF";

}  // namespace

std::wstring WindowsPorts::nameOf(const std::string& printerId) const {
    return std::wstring(prefix) + wideFrom(printerId);
}

bool WindowsPorts::isOurs(const std::wstring& port) const { return port.compare(0, prefix.size(), prefix) == 0; }

void WindowsPorts::serve(const std::vector<std::string>& printerIds) {
    for (auto pipe = pipes_.begin(); pipe != pipes_.end();) {
        const bool stays = std::find(printerIds.begin(), printerIds.end(), pipe->first) != printerIds.end();
        pipe = stays ? std::next(pipe) : pipes_.erase(pipe);
    }
    for (const std::string& id : printerIds) {
        if (pipes_.count(id) == 0) pipes_[id] = std::make_unique<PipePort>(nameOf(id), folder_, id, log_);
    }
}

std::string WindowsPorts::add(const Winspool& spooler, const std::string& printerId) {
    const DWORD error = spooler.configurePort(L"AddPort", nameOf(printerId));
    // The second is what Windows says of a port that is there.
    return error == 0 || error == ERROR_ALREADY_EXISTS ? "" : "error " + std::to_string(error);
}

void WindowsPorts::remove(const Winspool& spooler, const std::wstring& port) {
    spooler.configurePort(L"DeletePort", port);
}

DriverFiles WindowsPorts::driver() const {
    const std::wstring own = folder_ + L"\\driver";
    if (!makeFolder(own) || filesFromCabinets({code, settings, help, fonts}, own).size() != 4) return {};
    const auto path = [&own](const wchar_t* name) { return own + L'\\' + name; };
    return {path(code), path(settings), {}, path(help), path(fonts)};
}

}  // namespace xpane
