#include "protocol/parse-print.h"

#include "protocol/limits.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr size_t idDigits = 16;

// What Windows takes for the name of a printer, and shows as it is.
bool isPrinterName(const std::string& name) {
    const std::u16string units = utf16From(name);
    if (units.empty() || units.size() > mostPrinterNameLength) return false;
    for (const char16_t unit : units) {
        if (unit < u' ' || unit == u'\\' || unit == u',' || unit == u'!') return false;
    }
    return true;
}

Printer printer(Fields& fields) {
    Printer read{fields.lowerHex("printerId", idDigits), fields.string("name")};
    if (!isPrinterName(read.name)) fields.refuse("name");
    return read;
}

}  // namespace

HostMessage readPrinterList(Fields& fields) {
    PrinterList list;
    fields.objects("printers", 0, mostPrinters, [&list](Fields& one) { list.printers.push_back(printer(one)); });
    list.paper = fields.oneOf("paper", {"a4", "letter"}) == 0 ? Paper::a4 : Paper::letter;
    return PrintCommand{std::move(list)};
}

HostMessage readPrintGet(Fields& fields) {
    const uint32_t id = fields.unsigned32("transferId", 1);
    return FileCommand{PrintGet{id, fields.lowerHex("jobId", idDigits)}};
}

HostMessage readPrintDone(Fields& fields) { return PrintCommand{PrintDone{fields.lowerHex("jobId", idDigits)}}; }

}  // namespace xpane
