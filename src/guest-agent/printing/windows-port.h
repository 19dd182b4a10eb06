// Windows' local ports may be named pipes: the agent listens at one for each printer, and the system's spooler writes
// the jobs into it, and keeps them for as long as nobody listens.
#pragma once

#include <map>
#include <memory>

#include "log/log.h"
#include "printing/pipe-port.h"
#include "printing/printer-port.h"

namespace xpane {

class WindowsPorts : public PrinterPorts {
public:
    WindowsPorts(std::wstring spoolFolder, Log& log) : folder_(std::move(spoolFolder)), log_(log) {}

    std::wstring nameOf(const std::string& printerId) const override;
    bool isOurs(const std::wstring& port) const override;
    void serve(const std::vector<std::string>& printerIds) override;
    std::string add(const Winspool& spooler, const std::string& printerId) override;
    void remove(const Winspool& spooler, const std::wstring& port) override;
    DriverFiles driver() const override;

private:
    const std::wstring folder_;
    Log& log_;
    std::map<std::string, std::unique_ptr<PipePort>> pipes_;
};

}  // namespace xpane
