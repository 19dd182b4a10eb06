#include "printing/pipe-port.h"
#include "files/disk.h"
#include "tests/check.h"
#include "win/unicode.h"

using namespace xpane;

namespace {

const std::string printer = "00112233445566aa";

class NoLog : public Log {
public:
    void write(LogLevel, const std::string&) override {}
};

// What a spooler does with a port that is a pipe.
bool print(const std::wstring& pipe, const std::string& job) {
    for (int attempt = 0; attempt < 200; ++attempt) {
        const UniqueHandle port = openFile(pipe, GENERIC_WRITE, FILE_SHARE_READ, OPEN_ALWAYS);
        DWORD written = 0;
        if (port) return WriteFile(port.get(), job.data(), static_cast<DWORD>(job.size()), &written, nullptr) && FlushFileBuffers(port.get());
        Sleep(10);
    }
    return false;
}

size_t doneIn(const std::wstring& folder, size_t wanted) {
    size_t done = 0;
    for (int attempt = 0; attempt < 200 && done != wanted; ++attempt, Sleep(10)) {
        done = 0;
        for (const FolderEntry& entry : entriesOf(folder)) done += utf8From(entry.name).find(".done") != std::string::npos;
    }
    return done;
}

}  // namespace

TEST("a job that comes through a pipe is kept whole, one right after the other") {
    wchar_t folder[MAX_PATH];
    GetTempPathW(MAX_PATH, folder);
    const std::wstring spool = std::wstring(folder) + L"xpane-pipe-test";
    makeFolder(spool);
    const std::wstring name = L"\\\\.\\pipe\\xpane-print-test";
    NoLog log;
    {
        const PipePort port(name, spool, printer, log);
        const std::string large(1024 * 1024, 'x');
        for (int i = 0; i < 5; ++i) CHECK(print(name, large));
        CHECK_EQUAL(doneIn(spool, 5), size_t{5});
        for (const FolderEntry& entry : entriesOf(spool)) {
            const auto state = stateAt(spool + L'\\' + entry.name);
            CHECK(state && state->sizeBytes == static_cast<int64_t>(large.size()));
            CHECK(utf8From(entry.name).rfind(printer + "-", 0) == 0);
        }
    }
    CHECK(!openFile(name, GENERIC_WRITE, 0, OPEN_EXISTING));
    removeTree(spool);
}
