// Where a printer of ours sends its jobs: a port that puts them into the spool folder, whole, as PRINTER-anything.done;
// and the driver that makes PostScript of them. All that differs between systems is behind this.
#pragma once

#include <memory>
#include <string>

#include "printing/winspool.h"

namespace xpane {

class PrinterPorts {
public:
    virtual ~PrinterPorts() = default;
    virtual std::wstring nameOf(const std::string& printerId) const = 0;
    // Nobody else's port looks so.
    virtual bool isOurs(const std::wstring& port) const = 0;
    // Empty, or what went wrong.
    virtual std::string add(const std::string& printerId) = 0;
    virtual void remove(const std::wstring& port) = 0;
    // The PostScript driver that the system has, without the description of a printer.
    virtual DriverFiles driver() const = 0;
};

// Null on a system that has none.
std::unique_ptr<PrinterPorts> printerPorts(const std::wstring& spoolFolder);
// Without loading anything.
bool hasPrinterPorts();

}  // namespace xpane
