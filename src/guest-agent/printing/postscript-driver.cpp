#include "printing/postscript-driver.h"

namespace xpane {
namespace {

struct Size {
    const char* name;
    int widthPt, heightPt;
};

constexpr Size sizes[] = {{"A4", 595, 842},    {"Letter", 612, 792}, {"Legal", 612, 1008},
                          {"Tabloid", 792, 1224}, {"A3", 842, 1191},    {"A5", 420, 595},
                          {"Executive", 522, 756}, {"EnvC5", 459, 649},  {"EnvDL", 312, 624}};

// Level 3 and Type 42: fonts of the guest go along in the job as they are. The host scales and turns.
constexpr char head[] =
    "*PPD-Adobe: \"4.3\"\n*FormatVersion: \"4.3\"\n*FileVersion: \"1.0\"\n*LanguageVersion: English\n"
    "*LanguageEncoding: WindowsANSI\n*PCFileName: \"XPANE.PPD\"\n*Manufacturer: \"XPane\"\n*Product: \"(XPane)\"\n"
    "*PSVersion: \"(3010.000) 0\"\n*LanguageLevel: \"3\"\n*ColorDevice: True\n*DefaultColorSpace: RGB\n"
    "*FreeVM: \"8388608\"\n*FileSystem: False\n*TTRasterizer: Type42\n*Throughput: \"60\"\n"
    "*LandscapeOrientation: Plus90\n*DefaultResolution: 600dpi\n";

// Those that any interpreter of PostScript has.
constexpr const char* fonts[] = {"Courier",           "Courier-Bold",          "Courier-BoldOblique", "Courier-Oblique",
                                 "Helvetica",         "Helvetica-Bold",        "Helvetica-BoldOblique",
                                 "Helvetica-Oblique", "Times-Bold",            "Times-BoldItalic",    "Times-Italic",
                                 "Times-Roman"};

std::string line(const char* keyword, const Size& size, const std::string& value) {
    return std::string("*") + keyword + " " + size.name + ": \"" + value + "\"\n";
}

std::string points(const Size& size) { return std::to_string(size.widthPt) + " " + std::to_string(size.heightPt); }

std::string choice(const char* keyword, const char* usual) {
    std::string text = std::string("*OpenUI *") + keyword + ": PickOne\n*OrderDependency: 10 AnySetup *" + keyword +
                       "\n*Default" + keyword + ": " + usual + "\n";
    for (const Size& size : sizes) {
        text += line(keyword, size, "<</PageSize [" + points(size) + "] /ImagingBBox null>> setpagedevice");
    }
    return text + "*CloseUI: *" + keyword + "\n";
}

}  // namespace

const char* paperName(Paper paper) { return paper == Paper::a4 ? "A4" : "Letter"; }

std::string printerDescription(Paper paper) {
    const char* usual = paperName(paper);
    std::string text = head;
    for (const char* keyword : {"ModelName", "ShortNickName", "NickName"}) {
        text += std::string("*") + keyword + ": \"XPane PostScript " + usual + "\"\n";
    }
    text += choice("PageSize", usual) + choice("PageRegion", usual);
    text += std::string("*DefaultImageableArea: ") + usual + "\n";
    for (const Size& size : sizes) text += line("ImageableArea", size, "0 0 " + points(size));
    text += std::string("*DefaultPaperDimension: ") + usual + "\n";
    for (const Size& size : sizes) text += line("PaperDimension", size, points(size));
    text += "*DefaultFont: Courier\n";
    for (const char* font : fonts) text += std::string("*Font ") + font + ": Standard \"(001.004)\" Standard ROM\n";
    return text + "*Font Symbol: Special \"(001.003)\" Special ROM\n";
}

}  // namespace xpane
