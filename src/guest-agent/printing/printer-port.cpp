#include "printing/printer-port.h"

#include "printing/windows-port.h"
#include "printing/wine-port.h"
#include "process/system-name.h"

namespace xpane {

std::unique_ptr<PrinterPorts> printerPorts(const std::wstring& spoolFolder, Log& log) {
    if (isWine()) return std::make_unique<WinePorts>(spoolFolder);
    return std::make_unique<WindowsPorts>(spoolFolder, log);
}

}  // namespace xpane
