#include "printing/printer-set.h"

#include <algorithm>

#include "crypto/hex.h"
#include "printing/postscript-driver.h"
#include "process/small-file.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr size_t idDigits = 16;
constexpr DWORD mostNoteBytes = 16 * 1024;

// What a set of printers is, in full: another version of this agent makes them anew.
std::string noteOf(const PrinterList& list) {
    std::string note = std::string("1 ") + paperName(list.paper) + "\n";
    for (const Printer& printer : list.printers) note += printer.printerId + " " + printer.name + "\n";
    return list.printers.empty() ? "" : note;
}

std::string errorText(DWORD error) { return ": error " + std::to_string(error); }

}  // namespace

PrinterSet::PrinterSet(const std::wstring& folder, PrinterPorts& ports, Log& log)
    : folder_(folder), note_(folder + L"\\printers.txt"), ports_(ports), log_(log) {}

std::vector<std::string> PrinterSet::made() const {
    std::vector<std::string> ids;
    const std::string note = contentOf(note_, mostNoteBytes).value_or("");
    for (size_t line = note.find('\n'); line != note.npos && line + 1 < note.size(); line = note.find('\n', line + 1)) {
        const std::string id = note.substr(line + 1, idDigits);
        if (isLowerHex(id, idDigits)) ids.push_back(id);
    }
    return ids;
}

bool PrinterSet::differs(const PrinterList& wanted) const {
    return contentOf(note_, mostNoteBytes).value_or("") != noteOf(wanted);
}

void PrinterSet::apply(const PrinterList& wanted) {
    const Winspool spooler;
    std::vector<InstalledPrinter> missing;
    const std::wstring driver = wanted.printers.empty() ? L"" : addDriver(spooler, wanted.paper);
    bool worked = wanted.printers.empty() || !driver.empty();
    for (const Printer& printer : wanted.printers) {
        missing.push_back({wideFrom(printer.name), ports_.nameOf(printer.printerId), driver});
    }
    for (const InstalledPrinter& there : spooler.printers()) {
        if (!ports_.isOurs(there.port)) continue;
        const auto same = std::find_if(missing.begin(), missing.end(), [&there](const InstalledPrinter& one) {
            return one.name == there.name && one.port == there.port && one.driver == there.driver;
        });
        if (same != missing.end()) {
            missing.erase(same);
            continue;
        }
        const DWORD error = spooler.removePrinter(there.name);
        if (error == 0) ports_.remove(spooler, there.port);
        if (error != 0) log_.write(LogLevel::warn, "printing: a printer stays" + errorText(error));
        worked = worked && error == 0;
    }
    for (const Printer& printer : wanted.printers) {
        const std::string problem = ports_.add(spooler, printer.printerId);
        if (!problem.empty()) log_.write(LogLevel::warn, "printing: no port: " + problem);
        worked = worked && problem.empty();
    }
    for (const InstalledPrinter& printer : missing) {
        if (!worked) break;
        const DWORD error = spooler.addPrinter(printer);
        if (error != 0) log_.write(LogLevel::warn, "printing: a printer could not be made" + errorText(error));
        worked = error == 0;
    }
    if (!wanted.printers.empty()) makeUsual(spooler, wideFrom(wanted.printers.front().name));
    if (worked) replaceContent(note_, noteOf(wanted));
    log_.write(LogLevel::info, "printing: " + std::to_string(wanted.printers.size()) + " printers" +
                                   (worked ? "" : ", not all as wanted"));
}

std::wstring PrinterSet::addDriver(const Winspool& spooler, Paper paper) const {
    DriverFiles files = ports_.driver();
    if (files.driver.empty()) {
        log_.write(LogLevel::warn, "printing: the system's PostScript driver was not found");
        return {};
    }
    const std::string usual = paperName(paper);
    files.description = folder_ + L"\\xpane-" + wideFrom(usual) + L".ppd";
    if (!replaceContent(files.description, printerDescription(paper))) return {};
    const std::wstring name = L"XPane PostScript " + wideFrom(usual);
    const DWORD error = spooler.addDriver(name, files);
    if (error == 0) return name;
    log_.write(LogLevel::warn, "printing: the driver could not be added" + errorText(error));
    return {};
}

// The host's usual printer, unless the user of the guest has chosen one that is not ours.
void PrinterSet::makeUsual(const Winspool& spooler, const std::wstring& wanted) const {
    const std::wstring usual = spooler.defaultPrinter();
    const std::vector<InstalledPrinter> printers = spooler.printers();
    const bool others = std::any_of(printers.begin(), printers.end(), [this, &usual](const InstalledPrinter& one) {
        return one.name == usual && !ports_.isOurs(one.port);
    });
    if (!others && usual != wanted) spooler.setDefaultPrinter(wanted);
}

}  // namespace xpane
