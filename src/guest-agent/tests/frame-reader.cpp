#include "channel/frame-reader.h"

#include <optional>
#include <string>
#include <string_view>

#include "tests/check.h"
#include "tests/client-frames.h"

using namespace xpane;
using namespace xpane::test;

namespace {

// Keeps what was fed until it is asked for.
class Reader {
public:
    explicit Reader(size_t mostTextBytes = 1024, size_t mostBinaryBytes = 0) {
        limit(mostTextBytes, mostBinaryBytes);
    }
    void limit(size_t mostTextBytes, size_t mostBinaryBytes = 0) { frames_.limit(mostTextBytes, mostBinaryBytes); }
    void feed(std::string_view bytes) { left_ += bytes; }
    std::optional<FrameReader::Message> next() {
        std::string_view left = left_;
        auto message = frames_.next(left);
        left_.erase(0, left_.size() - left.size());
        return message;
    }
    const std::string& violation() const { return frames_.violation(); }

private:
    FrameReader frames_;
    std::string left_;
};

std::string violationOf(const std::string& bytes, size_t most = 1024) {
    Reader reader(most);
    reader.feed(bytes);
    while (reader.next()) {
    }
    return reader.violation();
}

}  // namespace

TEST("frames: a message in one frame, in any pieces") {
    const std::string bytes = maskedText("hello") + maskedText("") + maskedFrame(9, "p");
    for (size_t piece = 1; piece <= bytes.size(); ++piece) {
        Reader reader;
        std::string got;
        for (size_t at = 0; at < bytes.size(); at += piece) {
            reader.feed(std::string_view(bytes).substr(at, piece));
            while (const auto message = reader.next()) {
                got += std::to_string(static_cast<int>(message->opcode)) + message->payload + ";";
            }
        }
        CHECK_EQUAL(got, "1hello;1;9p;");
        CHECK_EQUAL(reader.violation(), "");
    }
}

TEST("frames: fragments become one message, control frames come between them") {
    Reader reader;
    reader.feed(maskedFrame(1, "he", false) + maskedFrame(9, "?") + maskedFrame(0, "ll", false) + maskedFrame(0, "o"));
    CHECK(reader.next()->opcode == Opcode::ping);
    CHECK_EQUAL(reader.next()->payload, "hello");
    CHECK(!reader.next());
    CHECK_EQUAL(reader.violation(), "");
}

TEST("frames: the limit holds for all fragments together, to the byte") {
    const auto fragments = [](size_t second) {
        return maskedFrame(1, std::string(600, 'a'), false) + maskedFrame(0, std::string(second, 'a'));
    };
    CHECK_EQUAL(violationOf(fragments(424)), "");
    CHECK_EQUAL(violationOf(fragments(425)), "message too long");
    CHECK_EQUAL(violationOf(maskedText(std::string(1024, 'a'))), "");
    CHECK_EQUAL(violationOf(maskedText(std::string(1025, 'a'))), "message too long");
}

TEST("frames: a length over the limit is refused before its payload comes") {
    CHECK_EQUAL(violationOf(maskedText(std::string(70000, 'a')).substr(0, 14)), "message too long");
    CHECK_EQUAL(violationOf(std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\2\3\4", 14)), "message too long");
    const std::string longest("\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\2\3\4", 14);
    CHECK_EQUAL(violationOf(maskedFrame(1, "a", false) + longest), "message too long");
}

TEST("frames: a new limit holds from the next message on") {
    Reader reader(10);
    reader.feed(maskedText("short") + maskedText("a little longer"));
    CHECK_EQUAL(reader.next()->payload, "short");
    reader.limit(100);
    CHECK_EQUAL(reader.next()->payload, "a little longer");
}

TEST("frames: every kind of violation has its words") {
    CHECK_EQUAL(violationOf(std::string("\x81\x01x", 3)), "frame not masked");
    CHECK_EQUAL(violationOf(maskedFrame(0x41, "x")), "reserved bits");
    CHECK_EQUAL(violationOf(maskedFrame(2, "x")), "binary message from the host");
    CHECK_EQUAL(violationOf(maskedFrame(3, "x")), "unknown opcode");
    CHECK_EQUAL(violationOf(maskedFrame(11, "x")), "unknown opcode");
    CHECK_EQUAL(violationOf(maskedFrame(0, "x")), "continuation of nothing");
    CHECK_EQUAL(violationOf(maskedFrame(1, "x", false) + maskedText("y")), "new message within a fragmented one");
    CHECK_EQUAL(violationOf(maskedFrame(9, "x", false)), "fragmented control frame");
    CHECK_EQUAL(violationOf(maskedFrame(9, std::string(126, 'x'))), "control frame too long");
    CHECK_EQUAL(violationOf(std::string("\x81\xfe\x00\x05", 4) + "mask" + "12345"), "length not in its shortest form");
    CHECK_EQUAL(violationOf(maskedText("\xc3\x28")), "text is not UTF-8");
}

TEST("frames: a character may be cut by fragments") {
    Reader reader;
    reader.feed(maskedFrame(1, "\xe6\x97", false) + maskedFrame(0, "\xa5"));
    CHECK_EQUAL(reader.next()->payload, "\xe6\x97\xa5");
}

TEST("frames: after a violation nothing is read or kept any more") {
    Reader reader;
    reader.feed(maskedFrame(2, "x"));
    CHECK(!reader.next());
    reader.feed(maskedText("hello"));
    CHECK(!reader.next());
}

TEST("frames: the writer uses the shortest length") {
    CHECK_EQUAL(frameHeader(Opcode::text, 125).size(), size_t{2});
    CHECK_EQUAL(frameHeader(Opcode::text, 126).size(), size_t{4});
    CHECK_EQUAL(frameHeader(Opcode::binary, 65535).size(), size_t{4});
    CHECK_EQUAL(frameHeader(Opcode::binary, 65536).size(), size_t{10});
    CHECK_EQUAL(closeFrame(4400, std::string(200, 'r')).size(), size_t{127});
}

TEST("frames: binary messages have a limit of their own, and need not be text") {
    Reader reader(4, 10);
    reader.feed(maskedFrame(2, "\xff\xfe\x00 678", true) + maskedFrame(2, "12345", false) + maskedFrame(0, "67890"));
    CHECK(reader.next()->opcode == Opcode::binary);
    CHECK_EQUAL(reader.next()->payload, "1234567890");
    reader.feed(maskedText("12345"));
    CHECK(!reader.next());
    CHECK_EQUAL(reader.violation(), "message too long");

    Reader second(20, 10);
    second.feed(maskedFrame(2, "12345", false) + maskedFrame(0, "678901"));
    CHECK(!second.next());
    CHECK_EQUAL(second.violation(), "message too long");
}

TEST("frames: a mask of any length of message comes off whole") {
    for (size_t size = 0; size < 12; ++size) {
        Reader reader;
        const std::string text = std::string("abcdefghijkl").substr(0, size);
        reader.feed(maskedText(text));
        CHECK_EQUAL(reader.next()->payload, text);
    }
}
