#include "associations/command-program.h"

#include "tests/check.h"

using namespace xpane;

namespace {

std::string programOf(const std::wstring& command) {
    const std::wstring program = programIn(command);
    return {program.begin(), program.end()};
}

}  // namespace

TEST("associations: the program of a command line") {
    CHECK_EQUAL(programOf(L"\"C:\\a b\\x.exe\" \"%1\""), "C:\\a b\\x.exe");
    CHECK_EQUAL(programOf(L"  \"C:\\x.exe"), "C:\\x.exe");
    CHECK_EQUAL(programOf(L"C:\\Program Files\\My App\\app.EXE /open %1"), "C:\\Program Files\\My App\\app.EXE");
    CHECK_EQUAL(programOf(L"C:\\a.exe.d\\b.exe"), "C:\\a.exe.d\\b.exe");
    CHECK_EQUAL(programOf(L"notepad %1"), "notepad");
    CHECK_EQUAL(programOf(L"notepad.exe"), "notepad.exe");
    CHECK_EQUAL(programOf(L"\"%1\" %*"), "%1");
    CHECK_EQUAL(programOf(L"   "), "");
    CHECK_EQUAL(programOf(L""), "");
    CHECK_EQUAL(programOf(L"\""), "");
}

TEST("associations: extensions are told in lower case, others not at all") {
    CHECK_EQUAL(extensionIn(L".TXT"), "txt");
    CHECK_EQUAL(extensionIn(L".7z"), "7z");
    CHECK_EQUAL(extensionIn(L".abcdefghijklmnop"), "abcdefghijklmnop");
    for (const wchar_t* none : {L"", L".", L"txt", L".a b", L".a\n", L".a;b", L".a.b", L".\x00e4", L".abcdefghijklmnopq"}) {
        CHECK_EQUAL(extensionIn(none), "");
    }
}
