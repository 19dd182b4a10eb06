#include "printing/document-comments.h"
#include "printing/postscript-driver.h"
#include "printing/spool-names.h"
#include "protocol/encode-print.h"
#include "tests/check.h"

using namespace xpane;

namespace {

const std::string printer = "00112233445566aa", job = "0123456789abcdef";

std::string kindOf(const std::string& name) {
    const auto read = spoolNameOf(name);
    if (!read) return "none";
    if (read->kind == SpoolName::Kind::job) return "job " + read->jobId + " of " + read->printerId;
    return (read->kind == SpoolName::Kind::done ? "done " : "writing ") + read->printerId;
}

}  // namespace

TEST("a spool file's name tells its stage") {
    CHECK_EQUAL(kindOf(printer + "-aB3xYz"), "writing " + printer);
    CHECK_EQUAL(kindOf(printer + "-aB3xYz.done"), "done " + printer);
    CHECK_EQUAL(kindOf(jobFileName(job, printer)), "job " + job + " of " + printer);
    for (const char* other : {"", "printers.txt", "00112233445566aa", "00112233445566aa-", "00112233445566AA-x.done",
                              "00112233445566aa.x.done", "xpane-A4.ppd"}) {
        CHECK_EQUAL(kindOf(other), "none");
    }
    CHECK_EQUAL(kindOf(printer + "-.done"), "writing " + printer);
}

TEST("a job is whole PostScript or none") {
    CHECK(isPostScript("%!PS-Adobe-3.0\n"));
    CHECK(isPostScript("\x04%!PS-Adobe-3.0\n"));
    CHECK(!isPostScript(""));
    CHECK(!isPostScript("%PDF-1.4"));
    CHECK(!isPostScript("\x1b%-12345X@PJL"));
    CHECK(hasEnd("showpage\n%%Trailer\n%%EOF\n\x04"));
    CHECK(!hasEnd("showpage\n%%Trail"));
}

TEST("a job's title is in its comments") {
    CHECK_EQUAL(titleBytes("%!PS\n%%Title: Letter.txt\n%%EndComments"), "Letter.txt");
    CHECK_EQUAL(titleBytes("%!PS\r\n%%Title: (T\\344st \\(doc\\) \\\\ 1)\r\n"), "T\344st (doc) \\ 1");
    CHECK_EQUAL(titleBytes("%!PS\n%%Title:   \n"), "");
    CHECK_EQUAL(titleBytes("%!PS\n%%EndComments\n%%Title: not this\n"), "");
    CHECK_EQUAL(titleBytes("%!PS\n%%Title: (cut\\"), "(cut\\");
    CHECK_EQUAL(titleBytes("%!PS\n%%Title: (a\\1)"), "a\1");
    CHECK_EQUAL(titleBytes(""), "");
}

TEST("the printer's description has the usual paper") {
    const std::string a4 = printerDescription(Paper::a4), letter = printerDescription(Paper::letter);
    CHECK(a4.find("*DefaultPageSize: A4\n") != a4.npos);
    CHECK(letter.find("*DefaultPageSize: Letter\n") != letter.npos);
    CHECK(letter.find("*PageSize A4: \"<</PageSize [595 842] /ImagingBBox null>> setpagedevice\"\n") != letter.npos);
}

TEST("a job for the host has all its fields") {
    CHECK_EQUAL(printJobMessage({job, printer, "Letter", 878}).dump(),
                R"({"jobId":"0123456789abcdef","printerId":"00112233445566aa","sizeBytes":878,"title":"Letter","type":"print-job"})");
}
