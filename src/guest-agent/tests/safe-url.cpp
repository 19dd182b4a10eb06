#include "urls/safe-url.h"

#include "tests/check.h"

using namespace xpane;

TEST("links: four schemes, in characters that mean nothing to a command line") {
    for (const char* good : {"http://a/", "https://a/?q='x'&y=~", "ftp://a", "mailto:a@b?subject=x%20y", "http://[::1]/"}) {
        CHECK(isSafeUrl(good));
    }
    for (const char* bad : {"", "http", "http:", "file:///c:/", "javascript:1", "HTTP://a/", "http://a b/", "http://a/\"", "a",
                            "http://a/\n", "http://\xc3\xa4/", "http://a/<", "http://a/\\", "http://a/|", ":x", "x:y"}) {
        CHECK(!isSafeUrl(bad));
    }
    CHECK(isSafeUrl("http:" + std::string(mostUrlLength - 5, 'a')));
    CHECK(!isSafeUrl("http:" + std::string(mostUrlLength - 4, 'a')));
}

TEST("links: what a program asked for is escaped, or is none") {
    CHECK_EQUAL(safeUrlOf("HTTP://A/b c\"").value_or(""), "http://A/b%20c%22");
    CHECK_EQUAL(safeUrlOf("mailto:\xc3\xa4@b").value_or(""), "mailto:%C3%A4@b");
    CHECK(!safeUrlOf("http://a/\r\n"));
    CHECK(!safeUrlOf("http://a/\x7f"));
    CHECK(!safeUrlOf("c:\\windows\\system32\\cmd.exe"));
    CHECK(!safeUrlOf(""));
    CHECK(!safeUrlOf("http:" + std::string(mostUrlLength, 'a')));
    CHECK(!safeUrlOf("http:" + std::string(mostUrlLength / 2, ' ')));
}

TEST("links: a command gets the link as one argument") {
    CHECK(commandFor(L"a.exe \"%1\" -x", "http://a/?%1") == L"a.exe \"http://a/?%1\" -x");
    CHECK(commandFor(L"a.exe %1", "http://a/") == L"a.exe \"http://a/\"");
    CHECK(commandFor(L"a.exe -url \"%l\"", "http://a/") == L"a.exe -url \"http://a/\"");
    CHECK(commandFor(L"\"c:\\ie.exe\" -nohome", "http://a/") == L"\"c:\\ie.exe\" -nohome \"http://a/\"");
}
