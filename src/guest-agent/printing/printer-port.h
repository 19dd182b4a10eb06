// Where a printer of ours sends its jobs: a port that puts them into the spool folder, whole, as PRINTER-anything.done;
// and the driver that makes PostScript of them. All that differs between systems is behind this.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "log/log.h"
#include "printing/winspool.h"

namespace xpane {

class PrinterPorts {
public:
    virtual ~PrinterPorts() = default;
    virtual std::wstring nameOf(const std::string& printerId) const = 0;
    // Nobody else's port looks so.
    virtual bool isOurs(const std::wstring& port) const = 0;
    // Takes jobs of these printers and no others from now on.
    virtual void serve(const std::vector<std::string>& printerIds) = 0;
    // Empty, or what went wrong.
    virtual std::string add(const Winspool& spooler, const std::string& printerId) = 0;
    virtual void remove(const Winspool& spooler, const std::wstring& port) = 0;
    // The PostScript driver that the system has, without the description of a printer. No files: there is none.
    virtual DriverFiles driver() const = 0;
};

// Of the system that this is. `spoolFolder` need not be there yet.
std::unique_ptr<PrinterPorts> printerPorts(const std::wstring& spoolFolder, Log& log);

}  // namespace xpane
