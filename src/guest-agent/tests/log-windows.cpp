#include "log/agent-log.h"

#include "crypto/hex.h"
#include "log/log-tail.h"
#include "process/small-file.h"
#include "tests/check.h"
#include "win/random.h"
#include "win/unicode.h"

using namespace xpane;

namespace {

struct ScratchLog {
    ScratchLog() {
        wchar_t base[MAX_PATH];
        GetTempPathW(MAX_PATH, base);
        path = base + wideFrom("xpane-" + hexOf(randomBytes(4)) + ".log");
    }
    ~ScratchLog() {
        DeleteFileW(path.c_str());
        DeleteFileW((path + L".old").c_str());
    }
    std::string content() const { return contentOf(path, 4 << 20).value_or(""); }
    std::wstring path;
};

}  // namespace

TEST("log: one line each, with level and process, control characters gone") {
    const ScratchLog scratch;
    AgentLog log(scratch.path);
    log.write(LogLevel::warn, "first\r\nforged line");
    log.write(LogLevel::debug, "second");
    const std::string text = scratch.content();
    CHECK(text.find("warn first  forged line\r\n") != std::string::npos);
    CHECK(text.find(" " + std::to_string(GetCurrentProcessId()) + " debug second\r\n") != std::string::npos);
}

TEST("log: two files of a megabyte at most") {
    const ScratchLog scratch;
    LogFile log(scratch.path);
    const std::string line(60000, 'x');
    for (int i = 0; i < 50; ++i) log.write(LogLevel::info, line);
    CHECK(scratch.content().size() < 1200000);
    const auto old = contentOf(scratch.path + L".old", 4 << 20);
    CHECK(old && old->size() > 1000000 && old->size() < 1200000);
}

TEST("log: its end is read in whole lines of valid text") {
    const ScratchLog scratch;
    CHECK(!tailOf(scratch.path, 100).found);
    replaceContent(scratch.path, "");
    const LogTail empty = tailOf(scratch.path, 100);
    CHECK(empty.found && !empty.cut && empty.text.empty());
    replaceContent(scratch.path, "first\r\nsecond \xff\xc3\xa9\r\n");
    const LogTail whole = tailOf(scratch.path, 100);
    CHECK(!whole.cut);
    CHECK_EQUAL(whole.text, "first\r\nsecond \xef\xbf\xbd\xc3\xa9\r\n");
    const LogTail cut = tailOf(scratch.path, 14);
    CHECK(cut.cut);
    CHECK_EQUAL(cut.text, "second \xef\xbf\xbd\xc3\xa9\r\n");
    CHECK_EQUAL(tailOf(scratch.path, 4).text, "");
    replaceContent(scratch.path, std::string(300, 'x'));
    CHECK_EQUAL(tailOf(scratch.path, 256).text, std::string(256, 'x'));
}

TEST("log: the host gets a burst, and a line that counts what was too much; debug lines stay") {
    const ScratchLog scratch;
    AgentLog log(scratch.path);
    for (int i = 0; i < 200; ++i) log.write(LogLevel::info, "line");
    log.write(LogLevel::debug, "detail");
    int plain = 0, counted = 0;
    // A token comes every 50 ms, for the line that counts.
    for (int round = 0; round < 100 && plain + counted < 200; ++round) {
        for (const auto& line : log.takeForHost()) {
            CHECK(line.text != "detail");
            if (line.text == "line") ++plain;
            else counted += std::stoi(line.text);
        }
        Sleep(10);
    }
    CHECK_EQUAL(plain, 50);
    CHECK_EQUAL(counted, 150);
    CHECK(log.takeForHost().empty());
}

TEST("log: a file that cannot be written harms nobody") {
    AgentLog log(L"Q:\\no\\such\\folder\\agent.log");
    log.write(LogLevel::error, "line");
    CHECK_EQUAL(log.takeForHost().size(), size_t{1});
}
