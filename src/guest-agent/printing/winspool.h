// Windows' printers, by its spooler's functions. They are loaded when they are needed: a guest without printers should
// not have to start with them.
#pragma once

#include <string>
#include <vector>

#include "win/handles.h"

#include <winspool.h>

namespace xpane {

// Full paths, or names that the system knows.
struct DriverFiles {
    std::wstring driver, settings, description;
    std::wstring help, fonts;  // none: empty
};

struct InstalledPrinter {
    std::wstring name, port, driver;
};

class Winspool {
public:
    // Throws std::runtime_error if it cannot be loaded.
    Winspool();

    std::vector<InstalledPrinter> printers() const;
    // These give Win32's error, 0 if none.
    DWORD addDriver(const std::wstring& name, const DriverFiles& files) const;
    DWORD addPrinter(const InstalledPrinter& printer) const;
    DWORD removePrinter(const std::wstring& name) const;
    std::wstring defaultPrinter() const;
    void setDefaultPrinter(const std::wstring& name) const;
    // Of the monitor of local ports; `command` is AddPort or DeletePort.
    DWORD configurePort(const wchar_t* command, const std::wstring& port) const;

private:
    template <typename Function>
    Function function(const char* name) const;

    UniqueModule library_;
};

}  // namespace xpane
