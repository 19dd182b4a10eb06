// The tests' small framework: TEST("what holds") { CHECK(...); CHECK_EQUAL(a, b); }. A failed check is reported and
// the test goes on; an exception fails the test. Tests register themselves before main (tests/main.cpp).
#pragma once

#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace xpane::test {

using Body = void (*)();
struct Case {
    const char* name;
    Body body;
};

std::vector<Case>& cases();
void fail(const char* file, int line, const std::string& text);

// The golden vectors' folder (test/vectors), as given on the command line; empty if none was.
const std::string& vectorsFolder();

struct Registered {
    Registered(const char* name, Body body) { cases().push_back({name, body}); }
};

template <typename T>
std::string shown(const T& value) {
    std::ostringstream stream;
    if constexpr (std::is_enum_v<T>) {
        stream << static_cast<long long>(value);
    } else if constexpr (std::is_same_v<T, unsigned char> || std::is_same_v<T, signed char>) {
        stream << static_cast<int>(value);
    } else {
        stream << value;
    }
    return stream.str();
}

template <typename A, typename B>
void checkEqual(const char* file, int line, const char* text, const A& actual, const B& expected) {
    if (actual == expected) return;
    fail(file, line, std::string(text) + ": " + shown(actual) + ", expected " + shown(expected));
}

}  // namespace xpane::test

#define XPANE_JOIN_(a, b) a##b
#define XPANE_JOIN(a, b) XPANE_JOIN_(a, b)
#define TEST(name)                                                                                       \
    static void XPANE_JOIN(test_, __LINE__)();                                                           \
    static const xpane::test::Registered XPANE_JOIN(registered_, __LINE__){name, XPANE_JOIN(test_, __LINE__)}; \
    static void XPANE_JOIN(test_, __LINE__)()
#define CHECK(condition) \
    do { if (!(condition)) xpane::test::fail(__FILE__, __LINE__, #condition); } while (false)
#define CHECK_EQUAL(actual, expected) xpane::test::checkEqual(__FILE__, __LINE__, #actual, actual, expected)
