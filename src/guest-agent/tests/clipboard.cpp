#include "clipboard/content-receiver.h"

#include <nlohmann/json.hpp>

#include "clipboard/content-sender.h"
#include "clipboard/copied-list.h"
#include "clipboard/picture-in-text.h"
#include "protocol/limits.h"
#include "tests/check.h"
#include "win/unicode.h"

using namespace xpane;
using namespace xpane::test;
using nlohmann::json;
using State = ContentReceiver::State;

namespace {

struct Line : Outbox {
    std::vector<json> said;
    std::vector<std::vector<uint8_t>> pieces;
    size_t queued = 0;
    void control(const json& message) override { said.push_back(message); }
    void binary(std::vector<uint8_t> message) override { pieces.push_back(std::move(message)); }
    size_t queuedBytes() const override { return queued; }
    json last() const { return said.empty() ? json() : said.back(); }
};

ClipboardRequest requestOf(uint32_t id) { return {id, 1, ClipboardFormat::text}; }
TransferChunk chunkOf(uint32_t id, int64_t offset, std::string_view data) { return {id, offset, std::string(data)}; }

std::string numbers(std::initializer_list<uint32_t> all) {
    std::string bytes;
    for (const uint32_t one : all) bytes.append(reinterpret_cast<const char*>(&one), sizeof one);
    return bytes;
}

// A record of [MS-EMF] that shows a bitmap: 4 bytes stand for its header, 4 for its pixels.
std::string shownBitmap(uint32_t bitsOffset = 84) {
    return numbers({81, 88, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 80, 4, bitsOffset, 4, 0, 0xcc0020, 1, 1}) + "HEADBITS";
}
std::string metafileOf(const std::string& records) {
    return numbers({1, 44, 0, 0, 0, 0, 0, 0, 0, 0, 0x464d4520}) + records + numbers({14, 8});
}
std::string inRtf(const std::string& bytes) {
    std::string digits;
    for (const unsigned char byte : bytes) {
        for (const int digit : {byte >> 4, byte & 15}) digits.push_back("0123456789abcdef"[digit]);
        if (digits.size() % 64 == 0) digits += "\r\n";
    }
    return "{\\rtf1 a{\\*\\shppict{\\pict\\emfblip\\picw20\\pich-3 \\picwgoal300\r\n" + digits + "}} b}";
}

}  // namespace

TEST("clipboard: a picture in formatted text is found to the byte") {
    const auto metafile = metafileInRtf(inRtf(metafileOf(shownBitmap())));
    CHECK_EQUAL(metafile.value_or(""), metafileOf(shownBitmap()));
    CHECK_EQUAL(bitmapInMetafile(*metafile).value_or(""), "HEADBITS");
    CHECK(!metafileInRtf("{\\rtf1 text}"));
    CHECK(!metafileInRtf("{\\pict\\emfblip 0g}"));
    CHECK(isPlaceOfPicture(L" \r\n") && isPlaceOfPicture(L"\xfffc") && !isPlaceOfPicture(L"a "));
}

TEST("clipboard: a metafile that draws more, lies or is cut off gives no picture") {
    CHECK(!bitmapInMetafile(metafileOf(shownBitmap() + shownBitmap())));
    CHECK(!bitmapInMetafile(metafileOf(shownBitmap(85))));
    CHECK(!bitmapInMetafile(metafileOf(shownBitmap(0xfffffffc))));
    CHECK(!bitmapInMetafile(metafileOf(numbers({81, 8}))));
    CHECK(!bitmapInMetafile(metafileOf(numbers({81, 0}))));
    CHECK(!bitmapInMetafile(metafileOf(numbers({81, 0xfffffff0}))));
    CHECK(!bitmapInMetafile(metafileOf("")));
    CHECK(!bitmapInMetafile("no metafile"));
}

TEST("clipboard: content goes out as far as window and line allow, and ends with its acknowledgement") {
    Line line;
    ContentSender sender(line);
    CHECK_EQUAL(sender.requested(requestOf(1)), "");
    sender.give(1, std::string(static_cast<size_t>(transferWindowBytes) + 5, 'x'));
    CHECK_EQUAL(line.last()["sizeBytes"], transferWindowBytes + 5);
    line.queued = 1024 * 1024;
    sender.send();
    CHECK_EQUAL(line.pieces.size(), size_t{0});
    line.queued = 0;
    sender.send();
    CHECK_EQUAL(line.pieces.size(), size_t{8});
    CHECK_EQUAL(sender.acknowledged({1, transferWindowBytes + 1}), "more acknowledged than was sent");
    CHECK_EQUAL(sender.acknowledged({1, transferWindowBytes}), "");
    sender.send();
    CHECK_EQUAL(line.pieces.size(), size_t{9});
    CHECK_EQUAL(line.pieces.back().size(), chunkHeaderBytes + 5);
    CHECK_EQUAL(sender.acknowledged({1, 3}), "more acknowledged than was sent");
    CHECK_EQUAL(sender.acknowledged({1, transferWindowBytes + 5}), "");
    // What comes for it now is late.
    CHECK_EQUAL(sender.acknowledged({1, 9}), "");
    CHECK_EQUAL(sender.acknowledged({2, 0}), "an acknowledgement of what it never asked for");
}

TEST("clipboard: progress is told of what is asked for and not answered") {
    Line line;
    ContentSender sender(line);
    sender.requested(requestOf(1));
    sender.tellProgress(1);
    sender.tellProgress(2);
    CHECK_EQUAL(line.said.size(), size_t{1});
    CHECK_EQUAL(line.last()["type"], "clipboard-progress");
    sender.give(1, "x");
    sender.tellProgress(1);
    CHECK_EQUAL(line.last()["type"], "clipboard-reply");
}

TEST("clipboard: requests are bounded, refused, cancelled and never counted twice") {
    Line line;
    ContentSender sender(line);
    for (uint32_t id = 1; id <= mostClipboardRequests; ++id) CHECK_EQUAL(sender.requested(requestOf(id)), "");
    CHECK_EQUAL(sender.requested(requestOf(9)), "too many requests at once");
    CHECK_EQUAL(sender.requested(requestOf(2)), "a request that was there before");
    sender.refuse(1, ClipboardRefusalReason::tooLarge);
    CHECK_EQUAL(line.last()["reason"], "too-large");
    CHECK_EQUAL(sender.cancelled({2}), "");
    CHECK_EQUAL(sender.cancelled({7}), "the end of what it never asked for");
    const size_t said = line.said.size();
    sender.give(2, "late");
    sender.refuse(1, ClipboardRefusalReason::gone);
    CHECK_EQUAL(line.said.size(), said);
    sender.give(3, std::string(static_cast<size_t>(mostClipboardBytes) + 1, 'x'));
    CHECK_EQUAL(line.last()["reason"], "too-large");
    sender.give(4, "");
    CHECK_EQUAL(line.last()["sizeBytes"], 0);
    sender.clear();
    CHECK_EQUAL(sender.requested(requestOf(1)), "");
}

TEST("clipboard: content comes in order, is acknowledged and never more than announced") {
    Line line;
    ContentReceiver receiver(line);
    CHECK_EQUAL(receiver.receive(ClipboardReply{1, 5}), "an answer to what nobody asked for");
    receiver.ask(7, ClipboardFormat::html);
    CHECK_EQUAL(line.last().dump(),
                json({{"type", "clipboard-request"}, {"requestId", 1}, {"offerId", 7}, {"format", "html"}}).dump());
    CHECK_EQUAL(receiver.receive(chunkOf(1, 0, "a")), "content before the answer");
    CHECK_EQUAL(receiver.receive(ClipboardReply{1, 5}), "");
    CHECK_EQUAL(receiver.receive(ClipboardReply{1, 5}), "a second answer to a request");
    CHECK_EQUAL(receiver.receive(chunkOf(1, 0, "abc")), "");
    CHECK_EQUAL(line.last()["bytes"], 3);
    CHECK_EQUAL(receiver.receive(chunkOf(1, 2, "c")), "content out of order");
    CHECK_EQUAL(receiver.receive(chunkOf(1, 3, "def")), "more content than was announced");
    CHECK(receiver.state() == State::waiting);
    CHECK_EQUAL(receiver.receive(chunkOf(1, 3, "de")), "");
    CHECK(receiver.state() == State::whole);
    CHECK_EQUAL(receiver.take(), "abcde");
    CHECK_EQUAL(receiver.receive(chunkOf(1, 5, "late")), "");
    CHECK_EQUAL(receiver.receive(chunkOf(2, 0, "x")), "content that nobody asked for");
}

TEST("clipboard: who pastes is told of a refusal and of a lost connection, and may give up") {
    Line line;
    ContentReceiver receiver(line);
    receiver.ask(1, ClipboardFormat::text);
    CHECK_EQUAL(receiver.receive(ClipboardRefusal{1, ClipboardRefusalReason::refused}), "");
    CHECK(receiver.state() == State::refused);
    receiver.ask(1, ClipboardFormat::text);
    receiver.giveUp();
    CHECK_EQUAL(line.last()["type"], "clipboard-cancel");
    CHECK_EQUAL(receiver.receive(ClipboardReply{2, 1}), "");
    CHECK(receiver.state() == State::idle);
    receiver.ask(1, ClipboardFormat::text);
    receiver.clear();
    CHECK(receiver.state() == State::refused);
    receiver.ask(2, ClipboardFormat::image);
    CHECK_EQUAL(line.last()["requestId"], 1);
    CHECK_EQUAL(receiver.receive(ClipboardReply{1, 0}), "");
    CHECK(receiver.state() == State::whole);
}

TEST("clipboard: files are names, in the host's words and in Windows'") {
    const auto copied = readCopied("0123456789abcdef\nLetter.txt\nfölder\n");
    CHECK(copied.has_value());
    CHECK_EQUAL(copied->documentId, "0123456789abcdef");
    CHECK(copied->names == (std::vector<std::string>{"Letter.txt", "földer"}));
    for (const char* wrong : {"", "0123456789abcdef\n", "0123456789abcdef\na", "0123456789ABCDEF\na\n", "a\nb\n",
                              "0123456789abcdef\n..\n", "0123456789abcdef\na\\b\n", "0123456789abcdef\nc:\n",
                              "0123456789abcdef\n\na\n"}) {
        CHECK(!readCopied(wrong));
    }
    std::string many = "0123456789abcdef\n";
    for (size_t i = 0; i <= mostCopiedFiles; ++i) many += "a\n";
    CHECK(!readCopied(many));
    CHECK_EQUAL(copiedLine("0123456789abcdef", 5, {"folder", "a b.txt"}), "0123456789abcdef 5 folder/a b.txt\n");

    const auto pathsIn = [](std::string_view drop) {
        return pathsInDrop(drop, [](std::string_view text) { return u"of a code page: " + utf16From(text); });
    };
    const std::vector<std::u16string> paths = {u"C:\\a b.txt", u"Z:\\\u00f6"};
    const std::string drop = dropOf(paths);
    CHECK(pathsIn(drop) == paths);
    // Memory of Windows' clipboard may have more at its end than was put there, or less than it says.
    CHECK(pathsIn(drop + "rest") == paths);
    CHECK(pathsIn(dropOf({})).empty());
    for (size_t size = 0; size < drop.size(); ++size) CHECK(pathsIn(drop.substr(0, size)).empty());
    std::string beyond = drop;
    beyond[0] = beyond[1] = '\x7f';
    CHECK(pathsIn(beyond).empty());
    const std::string older = dropOf({}).substr(0, 16) + std::string("\0\0\0\0C:\\a\0\0", 10);
    CHECK(pathsIn(older) == (std::vector<std::u16string>{u"of a code page: C:\\a"}));
}

TEST("clipboard: progress is no answer, and only of what was asked for") {
    Line line;
    ContentReceiver receiver(line);
    CHECK_EQUAL(receiver.receive(ClipboardProgress{1}), "progress of what nobody asked for");
    receiver.ask(1, ClipboardFormat::files);
    CHECK_EQUAL(receiver.receive(ClipboardProgress{1}), "");
    CHECK(receiver.state() == State::waiting);
}
