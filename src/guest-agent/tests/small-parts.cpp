#include "channel/proof.h"
#include "channel/send-queue.h"
#include "log/rate-limit.h"
#include "process/back-off.h"
#include "process/options.h"
#include "start-menu/catalogue.h"
#include "start-menu/icon-directory.h"
#include "tests/check.h"
#include "win/unicode.h"

using namespace xpane;

TEST("send queue: bytes leave in order, in whatever portions the socket takes") {
    SendQueue queue;
    queue.add({1, 2, 3});
    queue.add({});
    queue.add({4, 5});
    CHECK_EQUAL(queue.bytes(), size_t{5});
    std::string_view chunks[4];
    CHECK_EQUAL(queue.front(chunks, 4), size_t{2});
    queue.taken(2);
    CHECK_EQUAL(queue.front(chunks, 4), size_t{2});
    CHECK_EQUAL(chunks[0], "\x03");
    queue.taken(2);
    CHECK_EQUAL(queue.front(chunks, 1), size_t{1});
    CHECK_EQUAL(chunks[0], "\x05");
    queue.taken(1);
    CHECK(queue.empty());
    CHECK_EQUAL(queue.bytes(), size_t{0});
}

TEST("secret: 64 digits and a line end, nothing else") {
    const std::string digits(64, 'a');
    CHECK_EQUAL(secretOf(digits).value_or("").size(), size_t{32});
    CHECK(secretOf(digits + "\n").has_value());
    CHECK(!secretOf(digits + "a"));
    CHECK(!secretOf(digits.substr(1)));
    CHECK(!secretOf(" " + digits.substr(1)));
    CHECK(!secretOf(std::string(64, 'A')));
    CHECK(!secretOf(""));
}

TEST("rate limit: a burst, then so many a second") {
    RateLimit limit(20, 50);
    int allowed = 0;
    for (int i = 0; i < 100; ++i) allowed += limit.allow(1000) ? 1 : 0;
    CHECK_EQUAL(allowed, 50);
    for (int i = 0; i < 100; ++i) allowed += limit.allow(1500) ? 1 : 0;
    CHECK_EQUAL(allowed, 60);
    for (int i = 0; i < 100; ++i) allowed += limit.allow(1000000) ? 1 : 0;
    CHECK_EQUAL(allowed, 110);
}

TEST("back-off: longer each time, and from the start after a sound run") {
    BackOff backOff;
    CHECK_EQUAL(backOff.delayMs(0), 100u);
    CHECK_EQUAL(backOff.delayMs(0), 200u);
    for (int i = 0; i < 10; ++i) backOff.delayMs(29999);
    CHECK_EQUAL(backOff.delayMs(29999), 10000u);
    CHECK_EQUAL(backOff.delayMs(30000), 100u);
}

TEST("options: the agent's command line") {
    const std::vector<std::string> good{"--listen", "127.0.0.1:7007", "--secret-file", "s", "--log-file", "l"};
    const auto options = optionsOf(good);
    CHECK(options.has_value());
    CHECK_EQUAL(options->address, "127.0.0.1");
    CHECK_EQUAL(options->port, 7007);
    CHECK(!options->worker);
    CHECK(options->clockProgram.empty());
    auto longer = good;
    longer.insert(longer.end(), {"--screen-program", "d", "--clock-program", "c"});
    CHECK_EQUAL(optionsOf(longer)->screenProgram, "d");
    CHECK_EQUAL(optionsOf(longer)->clockProgram, "c");
    for (const char* listen : {"127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0:1", "1.2.3.256:1", ":1",
                               "127.0.0.1.1:1", "localhost:1", "127.0.0.1:-1", "1.2.3.:1", "::1:7007"}) {
        auto bad = good;
        bad[1] = listen;
        if (optionsOf(bad)) test::fail(__FILE__, __LINE__, std::string(listen) + " was accepted");
    }
    CHECK(!optionsOf({}));
    CHECK(!optionsOf({"--listen", "127.0.0.1:1", "--secret-file", "s"}));
    CHECK(!optionsOf({"--listen", "127.0.0.1:1", "--secret-file", "s", "--log-file"}));
    CHECK(!optionsOf({"--listen", "127.0.0.1:1", "--secret-file", "s", "--log-file", "l", "--more", "m"}));
}

TEST("Start Menu: a shortcut's place comes from its path") {
    const MenuPlace nested = placeOf("Games\\Cards\\Solitaire 1.0.lnk");
    CHECK_EQUAL(nested.folder.size(), size_t{2});
    CHECK_EQUAL(nested.folder.at(1), "Cards");
    CHECK_EQUAL(nested.name, "Solitaire 1.0");
    CHECK(placeOf("Notepad.lnk").folder.empty());
    CHECK_EQUAL(placeOf("a\\b\\c\\d\\e\\f\\g\\h\\i\\j\\x.lnk").folder.size(), size_t{8});
}

TEST("Start Menu: ids are stable and differ") {
    CHECK_EQUAL(applicationIdOf("foobar"), "85944171f73967e8");
    CHECK(applicationIdOf("a\\b.lnk") != applicationIdOf("ab.lnk"));
}

TEST("Start Menu: changes between two scans") {
    const auto entry = [](const std::string& name) {
        PublishedShortcut shortcut;
        shortcut.application.name = name;
        return shortcut;
    };
    const Catalogue before{{"1", entry("same")}, {"2", entry("old name")}, {"3", entry("gone")}};
    const Catalogue after{{"1", entry("same")}, {"2", entry("new name")}, {"4", entry("new")}};
    const CatalogueChanges changes = changesBetween(before, after);
    CHECK(changes.published == (std::vector<std::string>{"2", "4"}));
    CHECK(changes.withdrawn == (std::vector<std::string>{"3"}));
}

TEST("icon directory: the best size that is there") {
    const auto directory = [](const std::vector<int>& edges, size_t entryBytes) {
        std::string bytes("\0\0\1\0", 4);
        bytes += std::string{static_cast<char>(edges.size()), 0};
        for (const int edge : edges) bytes += static_cast<char>(edge) + std::string(entryBytes - 1, 0);
        return bytes;
    };
    CHECK_EQUAL(bestIconEdge(directory({16, 48, 32}, 14), IconDirectory::resource, 48), 48);
    CHECK_EQUAL(bestIconEdge(directory({16, 0, 64, 32}, 16), IconDirectory::file, 48), 32);
    CHECK_EQUAL(bestIconEdge(directory({64}, 16), IconDirectory::file, 48), 0);
    CHECK_EQUAL(bestIconEdge("", IconDirectory::file, 48), 0);
    CHECK_EQUAL(bestIconEdge(std::string("\0\0\1\0\xff\xff", 6), IconDirectory::file, 48), 0);
    CHECK_EQUAL(bestIconEdge(std::string(100, 'x'), IconDirectory::resource, 48), 0);
}

TEST("unicode: both ways, all planes") {
    const std::string text = "a\xc3\x9f\xe6\x97\xa5\xf0\x9f\x98\x80";
    CHECK(utf16From(text) == u"a\u00df\u65e5\U0001f600");
    CHECK_EQUAL(utf8From(u"a\u00df\u65e5\U0001f600"), text);
}

TEST("unicode: what is not text becomes U+FFFD") {
    const char16_t lone[] = {u'a', 0xd800, u'b', 0xdc00, 0};
    CHECK_EQUAL(utf8From(std::u16string_view(lone)), "a\xef\xbf\xbd" "b\xef\xbf\xbd");
    CHECK(utf16From("a\xff" "b") == u"a\ufffdb");
    CHECK(utf16From("\xc3") == u"\ufffd");
}

TEST("unicode: well-formed is what RFC 3629 says") {
    for (const char* good : {"", "a", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        CHECK(isUtf8(good));
    }
    for (const char* bad : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                            "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe6\x97", "\xff"}) {
        CHECK(!isUtf8(bad));
    }
}

TEST("unicode: cutting counts UTF-16 units and keeps characters whole") {
    CHECK_EQUAL(cutToUnits("abc", 3), "abc");
    CHECK_EQUAL(cutToUnits("abc", 2), "ab");
    CHECK_EQUAL(cutToUnits("a\xf0\x9f\x98\x80", 2), "a");
    CHECK_EQUAL(cutToUnits("\xe6\x97\xa5\xe6\x97\xa5", 1), "\xe6\x97\xa5");
}
