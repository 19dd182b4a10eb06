// Makes the guest's printers those that the host offers: what is missing is made, what is ours and not wanted goes, and
// nobody else's printer is touched.
#pragma once

#include <string>
#include <vector>

#include "log/log.h"
#include "printing/printer-port.h"
#include "protocol/commands.h"

namespace xpane {

class PrinterSet {
public:
    // `folder`: the spool's; what was made last is noted there.
    PrinterSet(const std::wstring& folder, PrinterPorts& ports, Log& log);

    // Ids of those that were made last, over any restart.
    std::vector<std::string> made() const;
    // False if the printers are as wanted, as far as the note says: the system's spooler need not be loaded.
    bool differs(const PrinterList& wanted) const;
    // Each printer that could not be made or removed is told in the log. Throws std::runtime_error without a spooler.
    void apply(const PrinterList& wanted);

private:
    // Empty if it could not be added.
    std::wstring addDriver(const Winspool& spooler, Paper paper) const;
    void makeUsual(const Winspool& spooler, const std::wstring& wanted) const;

    const std::wstring folder_, note_;
    PrinterPorts& ports_;
    Log& log_;
};

}  // namespace xpane
