// What applications say to the notification area: both formats, and bytes that nobody meant.
#include <nlohmann/json.hpp>
#include <random>

#include "notification-area/tray-list.h"
#include "notification-area/tray-messages.h"
#include "notification-area/tray-request.h"
#include "tests/check.h"

using namespace xpane;

namespace {

constexpr uint32_t owner = 0x10052, everything = 0x1f;
constexpr size_t wineBytes = 960, ntHeader = 8, xpBytes = 952;

void put(std::string& bytes, size_t at, uint32_t value) {
    for (size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

void put(std::string& bytes, size_t at, const std::u16string& text) {
    for (size_t i = 0; i < text.size(); ++i) {
        bytes[at + 2 * i] = static_cast<char>(text[i]);
        bytes[at + 2 * i + 1] = static_cast<char>(text[i] >> 8);
    }
}

// With a picture of 2 x 2 whose first pixel the mask clears.
std::string wineData() {
    std::string bytes(wineBytes, '\0');
    put(bytes, 0, owner);
    put(bytes, 4, 7);
    put(bytes, 8, everything);
    put(bytes, 12, 0x8001);
    put(bytes, 16, std::u16string(u"tip"));
    put(bytes, 272, 1);
    put(bytes, 276, 1);
    put(bytes, 280, std::u16string(u"text"));
    put(bytes, 796, std::u16string(u"title"));
    put(bytes, 924, 2);
    for (const size_t at : {size_t{944}, size_t{948}}) put(bytes, at, 2);
    put(bytes, 952, 1);
    put(bytes, 956, 32);
    bytes += std::string("\x80\0\0\0", 4);
    bytes += std::string("\x01\x02\xd0\0\x01\x02\xd0\0\x01\x02\xd0\0\x01\x02\xd0\0", 16);
    return bytes;
}

std::string ntData(uint32_t action, uint32_t size = xpBytes) {
    std::string bytes(ntHeader + size, '\0');
    put(bytes, 0, 0x34753423);
    put(bytes, 4, action);
    put(bytes, 8, size);
    put(bytes, 12, owner);
    put(bytes, 16, 7);
    put(bytes, 20, everything);
    put(bytes, 24, 0x8001);
    put(bytes, 28, 0xabc);
    put(bytes, 32, std::u16string(u"tip"));
    return bytes;
}

TrayRequest asking(TrayAction action, uint32_t id = 1) {
    TrayRequest request;
    request.action = action;
    request.owner = owner;
    request.id = id;
    return request;
}

}  // namespace

TEST("tray: Wine's format is read, with the picture") {
    const auto request = readTrayRequest(0, wineData());
    CHECK(request.has_value());
    if (!request) return;
    CHECK(request->action == TrayAction::add);
    CHECK_EQUAL(request->owner, owner);
    CHECK_EQUAL(request->id, 7u);
    CHECK_EQUAL(request->callback.value_or(0), 0x8001u);
    CHECK(request->tooltip == u"tip");
    CHECK(request->hidden == true);
    CHECK(request->balloon && request->balloon->title == u"title" && request->balloon->text == u"text");
    CHECK(request->balloon && request->balloon->kind == BalloonKind::warning);
    CHECK(request->image.has_value());
    if (!request->image) return;
    CHECK_EQUAL(request->image->width, 2);
    CHECK_EQUAL(request->image->pixels[0], 0u);
    CHECK_EQUAL(request->image->pixels[1], 0xffd00201u);
}

TEST("tray: Wine's pictures of other sizes than they say are none") {
    for (const uint32_t width : {0u, 1u, 3u, 257u, 0xffffffffu}) {
        std::string bytes = wineData();
        put(bytes, 944, width);
        const auto request = readTrayRequest(1, bytes);
        CHECK(request && request->setsIcon && !request->image);
    }
}

TEST("tray: NT's format is read in its sizes, and no other") {
    for (const uint32_t size : {152u, 936u, 952u, 956u}) {
        const auto request = readTrayRequest(1, ntData(1, size));
        CHECK(request && request->action == TrayAction::modify);
        CHECK(request && request->iconHandle == 0xabcu && request->tooltip == u"tip" && request->id == 7u);
        CHECK(request && request->balloon.has_value() == (size != 152));
    }
    for (const uint32_t size : {88u, 151u, 488u, 937u, 2000u}) CHECK(!readTrayRequest(1, ntData(0, size)));
    CHECK(!readTrayRequest(1, ntData(0).substr(0, 900)));
    CHECK(!readTrayRequest(1, ntData(5)));
    CHECK(!readTrayRequest(0, std::string(40, '\0')));
    std::string version = ntData(4);
    put(version, 8 + 800, 3);
    CHECK_EQUAL(readTrayRequest(1, version)->version, 3u);
}

TEST("tray: mutated requests are a request or nothing") {
    std::minstd_rand random(4);
    int read = 0;
    for (int i = 0; i < 20000; ++i) {
        std::string bytes = i % 2 == 0 ? wineData() : ntData(random() % 5);
        for (int changes = 0; changes < 4; ++changes) bytes[random() % bytes.size()] = static_cast<char>(random());
        if (random() % 2 == 0) bytes.resize(random() % (bytes.size() + 40));
        read += readTrayRequest(random() % 6, bytes) ? 1 : 0;
    }
    CHECK(read > 1000 && read < 19000);
}

TEST("tray: an icon lives from its request to its end; at most so many") {
    TrayList list;
    CHECK(!list.apply(asking(TrayAction::modify), false).accepted);
    const uint32_t first = list.apply(asking(TrayAction::add), false).trayId;
    CHECK(first != 0);
    CHECK(!list.apply(asking(TrayAction::add), false).accepted);
    TrayRequest renamed = asking(TrayAction::modify);
    renamed.tooltip = u"other";
    CHECK_EQUAL(list.apply(renamed, false).trayId, first);
    CHECK(list.find(first)->tooltip == u"other");
    TrayRequest newest = asking(TrayAction::setVersion);
    newest.version = 4;
    CHECK(!list.apply(newest, false).accepted);
    CHECK(list.apply(asking(TrayAction::remove), false).removed);
    CHECK(list.apply(asking(TrayAction::modify, 9), true).trayId > first);
    for (uint32_t id = 100; id < 300; ++id) list.apply(asking(TrayAction::add, id), true);
    CHECK_EQUAL(list.all().size(), mostTrayIcons);
}

TEST("tray: clicks become the messages of the icon's version") {
    const TrayClick leftUp{1, 1, ClickAction::up, 0, 0}, rightUp{1, 2, ClickAction::up, 0, 0};
    CHECK(messagesFor({1, 1, ClickAction::down, 0, 0}, 0) == std::vector<uint32_t>{0x201});
    CHECK(messagesFor({1, 1, ClickAction::twice, 0, 0}, 3) == std::vector<uint32_t>{0x203});
    CHECK(messagesFor(leftUp, 0) == std::vector<uint32_t>{0x202});
    CHECK(messagesFor(leftUp, 3) == (std::vector<uint32_t>{0x202, 0x400}));
    CHECK(messagesFor(rightUp, 0) == std::vector<uint32_t>{0x205});
    CHECK(messagesFor(rightUp, 3) == (std::vector<uint32_t>{0x205, 0x7b}));
}
