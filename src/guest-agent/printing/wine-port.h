// Wine pipes a job through a shell command that its registry names for the port
// (HKEY_CURRENT_USER\Software\Wine\Printing\Spooler). The command runs on the guest's Linux side.
#pragma once

#include "printing/printer-port.h"

namespace xpane {

class WinePorts : public PrinterPorts {
public:
    explicit WinePorts(std::wstring spoolFolder) : folder_(std::move(spoolFolder)) {}

    std::wstring nameOf(const std::string& printerId) const override;
    bool isOurs(const std::wstring& port) const override;
    void serve(const std::vector<std::string>&) override {}
    std::string add(const Winspool& spooler, const std::string& printerId) override;
    void remove(const Winspool& spooler, const std::wstring& port) override;
    DriverFiles driver() const override;

private:
    const std::wstring folder_;
};

}  // namespace xpane
