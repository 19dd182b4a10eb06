#include "printing/winspool.h"

#include <stdexcept>

namespace xpane {
namespace {

const std::wstring localMonitor = L",XcvMonitor Local Port";
constexpr DWORD driverVersion = 3;  // of Windows 2000 and XP
constexpr size_t mostNameUnits = 1024;

std::wstring textOf(const wchar_t* text) { return text ? text : L""; }
wchar_t* writable(const std::wstring& text) { return const_cast<wchar_t*>(text.c_str()); }

DWORD errorOf(BOOL worked) { return worked ? 0 : GetLastError(); }

}  // namespace

Winspool::Winspool() : library_(LoadLibraryW(L"winspool.drv")) {
    if (!library_) throw std::runtime_error("no spooler: error " + std::to_string(GetLastError()));
}

template <typename Function>
Function Winspool::function(const char* name) const {
    const FARPROC found = GetProcAddress(library_.get(), name);
    if (!found) throw std::runtime_error(std::string("the spooler lacks ") + name);
    return reinterpret_cast<Function>(reinterpret_cast<void*>(found));
}

std::vector<InstalledPrinter> Winspool::printers() const {
    const auto list = function<decltype(&EnumPrintersW)>("EnumPrintersW");
    DWORD bytes = 0, count = 0;
    list(PRINTER_ENUM_LOCAL, nullptr, 2, nullptr, 0, &bytes, &count);
    std::vector<PRINTER_INFO_2W> buffer(bytes / sizeof(PRINTER_INFO_2W) + 1);
    const auto room = static_cast<DWORD>(buffer.size() * sizeof(PRINTER_INFO_2W));
    if (!list(PRINTER_ENUM_LOCAL, nullptr, 2, reinterpret_cast<BYTE*>(buffer.data()), room, &bytes, &count)) return {};
    std::vector<InstalledPrinter> printers;
    for (DWORD i = 0; i < count; ++i) {
        printers.push_back({textOf(buffer[i].pPrinterName), textOf(buffer[i].pPortName), textOf(buffer[i].pDriverName)});
    }
    return printers;
}

DWORD Winspool::addDriver(const std::wstring& name, const DriverFiles& files) const {
    std::wstring dataType = L"RAW";
    DRIVER_INFO_3W driver{};
    driver.cVersion = driverVersion;
    driver.pName = writable(name);
    driver.pDriverPath = writable(files.driver);
    driver.pDataFile = writable(files.description);
    driver.pConfigFile = writable(files.settings);
    if (!files.help.empty()) driver.pHelpFile = writable(files.help);
    std::wstring others = files.fonts + L'\0';  // a list: each with its end, and an end
    if (!files.fonts.empty()) driver.pDependentFiles = writable(others);
    driver.pDefaultDataType = writable(dataType);
    const auto add = function<decltype(&AddPrinterDriverExW)>("AddPrinterDriverExW");
    return errorOf(add(nullptr, 3, reinterpret_cast<BYTE*>(&driver), APD_COPY_ALL_FILES | APD_COPY_FROM_DIRECTORY));
}

DWORD Winspool::addPrinter(const InstalledPrinter& printer) const {
    std::wstring processor = L"WinPrint", dataType = L"RAW", nothing;
    PRINTER_INFO_2W info{};
    info.pPrinterName = writable(printer.name);
    info.pPortName = writable(printer.port);
    info.pDriverName = writable(printer.driver);
    info.pPrintProcessor = writable(processor);
    info.pDatatype = writable(dataType);
    for (wchar_t** text : {&info.pShareName, &info.pComment, &info.pLocation, &info.pSepFile, &info.pParameters}) {
        *text = writable(nothing);
    }
    info.Attributes = PRINTER_ATTRIBUTE_LOCAL;
    const HANDLE added = function<decltype(&AddPrinterW)>("AddPrinterW")(nullptr, 2, reinterpret_cast<BYTE*>(&info));
    const DWORD error = errorOf(added != nullptr);
    if (added) function<decltype(&ClosePrinter)>("ClosePrinter")(added);
    return error;
}

DWORD Winspool::removePrinter(const std::wstring& name) const {
    HANDLE printer = nullptr;
    PRINTER_DEFAULTSW all{nullptr, nullptr, PRINTER_ALL_ACCESS};
    if (!function<decltype(&OpenPrinterW)>("OpenPrinterW")(writable(name), &printer, &all)) return GetLastError();
    const DWORD error = errorOf(function<decltype(&DeletePrinter)>("DeletePrinter")(printer));
    function<decltype(&ClosePrinter)>("ClosePrinter")(printer);
    return error;
}

std::wstring Winspool::defaultPrinter() const {
    wchar_t name[mostNameUnits] = L"";
    DWORD units = mostNameUnits;
    const bool found = function<decltype(&GetDefaultPrinterW)>("GetDefaultPrinterW")(name, &units);
    return found ? name : L"";
}

void Winspool::setDefaultPrinter(const std::wstring& name) const {
    function<decltype(&SetDefaultPrinterW)>("SetDefaultPrinterW")(name.c_str());
}

DWORD Winspool::configurePort(const wchar_t* command, const std::wstring& port) const {
    HANDLE monitor = nullptr;
    PRINTER_DEFAULTSW administer{nullptr, nullptr, SERVER_ACCESS_ADMINISTER};
    if (!function<decltype(&OpenPrinterW)>("OpenPrinterW")(writable(localMonitor), &monitor, &administer)) {
        return GetLastError();
    }
    using XcvData = BOOL(WINAPI*)(HANDLE, const wchar_t*, BYTE*, DWORD, BYTE*, DWORD, DWORD*, DWORD*);
    auto* text = reinterpret_cast<BYTE*>(writable(port));
    const auto bytes = static_cast<DWORD>((port.size() + 1) * sizeof(wchar_t));
    DWORD needed = 0, status = 0;
    const BOOL asked = function<XcvData>("XcvDataW")(monitor, command, text, bytes, nullptr, 0, &needed, &status);
    const DWORD error = asked ? status : GetLastError();
    function<decltype(&ClosePrinter)>("ClosePrinter")(monitor);
    return error;
}

}  // namespace xpane
