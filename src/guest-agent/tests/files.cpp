#include "files/document-digest.h"
#include "files/file-kinds.h"
#include "files/settling.h"
#include "files/transfer-table.h"
#include "protocol/limits.h"
#include "tests/check.h"

using namespace xpane;

namespace {

const FileName report{"0000000000000001", {"report.txt"}}, other{"0000000000000002", {"a", "b"}};

FilePut putOf(uint32_t id, int64_t size) { return {id, report, size, earliestUnixMs, false, {}}; }
TransferChunk chunkOf(uint32_t id, int64_t offset, std::string_view data) { return {id, offset, std::string(data)}; }

SeenFiles one(uint64_t stamp, bool writing = false, bool inUse = false) {
    return {{report, {{stamp, 5, 0}, writing, inUse || writing}}};
}

// What is told of these looks, as "stamp" with "!" while in use, "-" for gone.
std::string told(const std::vector<FileNews>& news) {
    std::string text;
    for (const FileNews& item : news) {
        text += item.gone ? "-" : std::to_string(item.state.stamp) + (item.inUse ? "!" : "");
        text += ' ';
    }
    return text;
}

}  // namespace

TEST("transfers: content in order, within its size and window") {
    TransferTable table;
    CHECK_EQUAL(table.begin(putOf(1, 5)), "");
    CHECK_EQUAL(table.receive(chunkOf(1, 0, "abc")), "");
    CHECK_EQUAL(table.receive(chunkOf(1, 4, "e")), "a piece of a file out of order");
    CHECK_EQUAL(table.receive(chunkOf(1, 2, "c")), "a piece of a file out of order");
    CHECK_EQUAL(table.receive(chunkOf(1, 3, "def")), "more of a file than was announced");
    CHECK_EQUAL(table.receive(chunkOf(1, 3, "de")), "");
    table.ended(1);
    CHECK_EQUAL(table.receive(chunkOf(1, 5, "f")), "");
    CHECK_EQUAL(table.receive(chunkOf(2, 0, "a")), "a piece of no transfer");

    const std::string piece(mostChunkBytes, 'x');
    CHECK_EQUAL(table.begin(putOf(2, 2 * transferWindowBytes)), "");
    int64_t at = 0;
    for (; at < transferWindowBytes; at += mostChunkBytes) CHECK_EQUAL(table.receive(chunkOf(2, at, piece)), "");
    table.taken(2, 1);
    CHECK_EQUAL(table.receive(chunkOf(2, at, "x")), "");
    CHECK_EQUAL(table.receive(chunkOf(2, at + 1, "x")), "more of a file than the window");
}

TEST("transfers: ids grow, eight at once, and what never was is a violation") {
    TransferTable table;
    for (uint32_t id = 1; id <= mostTransfers; ++id) CHECK_EQUAL(table.begin(putOf(id, 1)), "");
    CHECK_EQUAL(table.begin(FileGet{9, report}), "too many transfers at once");
    table.ended(3);
    CHECK_EQUAL(table.begin(FileGet{3, report}), "a transfer's id used again");
    CHECK_EQUAL(table.begin(FileGet{9, report}), "");
    CHECK_EQUAL(table.receive(chunkOf(9, 0, "x")), "a piece of what the host asked for itself");
    CHECK_EQUAL(table.acknowledge({9, 1}), "an acknowledgement of what was not sent");
    table.sent(9, 10);
    CHECK_EQUAL(table.acknowledge({9, 10}), "");
    CHECK_EQUAL(table.acknowledge({9, 9}), "an acknowledgement of what was not sent");
    CHECK_EQUAL(table.acknowledge({1, 0}), "an acknowledgement of what was not sent");
    CHECK_EQUAL(table.acknowledge({3, 99}), "");
    CHECK_EQUAL(table.acknowledge({10, 0}), "an acknowledgement of no transfer");
    CHECK_EQUAL(table.cancel({3}), "");
    CHECK_EQUAL(table.cancel({10}), "the end of no transfer");
    table.clear(transferWindowBytes);
    CHECK_EQUAL(table.begin(putOf(1, 1)), "");
}

TEST("settling: a change is told once nothing has changed for half a second") {
    Settling settling;
    CHECK_EQUAL(told(settling.look(one(1), 0)), "1 ");
    CHECK_EQUAL(told(settling.look(one(2), 1000)), "");
    CHECK(settling.unsettled());
    CHECK_EQUAL(told(settling.look(one(3), 1400)), "");
    CHECK_EQUAL(told(settling.look(one(3), 1899)), "");
    CHECK_EQUAL(told(settling.look(one(3), 1900)), "3 ");
    CHECK_EQUAL(told(settling.look(one(3), 9000)), "");
    CHECK(!settling.unsettled());
}

TEST("settling: what somebody writes waits; that it is in use does not") {
    Settling settling;
    settling.look(one(1), 0);
    CHECK_EQUAL(told(settling.look(one(2, true), 1000)), "1! ");
    CHECK_EQUAL(told(settling.look(one(2, true), 60000)), "");
    CHECK_EQUAL(told(settling.look(one(2), 60100)), "2 ");
    CHECK_EQUAL(told(settling.look(one(2, false, true), 60200)), "2! ");
}

TEST("settling: a new file that stays open for writing is told after ten seconds") {
    Settling settling;
    settling.look({}, 0);
    CHECK_EQUAL(told(settling.look(one(1, true), 1000)), "");
    CHECK_EQUAL(told(settling.look(one(2, true), 10999)), "");
    CHECK_EQUAL(told(settling.look(one(2, true), 11000)), "2! ");
}

TEST("settling: what the host made is told at once, and its use from then on") {
    Settling settling;
    settling.look({}, 0);
    CHECK(settling.waits(report));
    CHECK_EQUAL(told({settling.made(report, {1, 5, 0}, 100)}), "1 ");
    CHECK(!settling.waits(report));
    CHECK_EQUAL(told(settling.look(one(1, true), 200)), "1! ");
    CHECK_EQUAL(told(settling.look(one(2, true), 300)), "");
    CHECK(settling.waits(report));
    CHECK_EQUAL(told({settling.made(report, {3, 5, 0}, 400)}), "3 ");
    CHECK_EQUAL(told(settling.look(one(3), 500)), "");
}

TEST("settling: a moment without the file is no end of it") {
    Settling settling;
    settling.look(one(1), 0);
    CHECK_EQUAL(told(settling.look({}, 1000)), "");
    CHECK_EQUAL(told(settling.look(one(1), 1400)), "");
    CHECK_EQUAL(told(settling.look({}, 2000)), "");
    CHECK_EQUAL(told(settling.look({}, 2500)), "- ");
    CHECK_EQUAL(told(settling.look({}, 9000)), "");
}

TEST("settling: a new host is told everything at once, and only so much at a time later") {
    SeenFiles many;
    for (size_t i = 0; i < mostToldAtOnce + 10; ++i) many[{"0000000000000001", {std::to_string(i)}}] = {{1, 1, 0}};
    Settling settling;
    CHECK_EQUAL(settling.look(many, 0).size(), many.size());
    settling.tellAll();
    CHECK_EQUAL(settling.look(many, 1).size(), many.size());
    for (auto& entry : many) entry.second.state.stamp = 2;
    settling.look(many, 1000);
    CHECK_EQUAL(settling.look(many, 2000).size(), mostToldAtOnce);
    CHECK(settling.unsettled());
    CHECK_EQUAL(settling.look(many, 2200).size(), size_t{10});
}

TEST("settling: a document that is forgotten takes its own files along") {
    Settling settling;
    SeenFiles seen = one(1);
    seen[other] = {{7, 7, 0}};
    settling.look(seen, 0);
    CHECK_EQUAL(told(settling.forget(report.documentId)), "- ");
    seen.erase(report);
    CHECK_EQUAL(told(settling.look(seen, 1000)), "");
}

TEST("file kinds: programs by Windows' list and ours, whatever their case") {
    for (const char16_t* name : {u"a.exe", u"A.CMD", u"x.tar.Lnk", u"y.vbs", u"z.rb", u".bat"}) {
        CHECK(isProgramName(name, u".COM;.EXE;.RB"));
    }
    for (const char16_t* name : {u"a.txt", u"exe", u"a.exe.txt", u"a.rb2", u"a."}) {
        CHECK(!isProgramName(name, u".COM;.EXE;.RB"));
    }
    CHECK(!isProgramName(u"z.rb", u""));
}

TEST("file kinds: titles that name a file") {
    CHECK(titleNames(u"report.txt - Notepad", u"report.txt"));
    CHECK(titleNames(u"report - Notepad", u"report.txt"));
    CHECK(titleNames(u"Editor [report]", u"report.txt"));
    CHECK(!titleNames(u"reports - Notepad", u"report.txt"));
    CHECK(!titleNames(u"my_report - Notepad", u"report.txt"));
    CHECK(!titleNames(u"", u"report.txt"));
    CHECK(titleNames(u".profile - Notepad", u".profile"));
}

TEST("files: what a document's files are together does not depend on their order") {
    const std::string id(16, '0');
    std::map<FileName, uint64_t> stamps{{{id, {"a b", "x"}}, 1}, {{id, {"a", "y"}}, 0xff}, {{"other", {"ü.txt"}}, 2}};
    // printf 'a b/x\0%016x\na/y\0%016x\nü.txt\0%016x\n' 1 255 2 | sha256sum
    CHECK_EQUAL(documentDigest(stamps), "f965eb73e181728c4d90f88230eb115e4537c238a94e217ba4848290af8a78bd");
    CHECK_EQUAL(documentDigest({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
