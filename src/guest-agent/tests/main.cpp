// agent-tests [VECTORS] [PART-OF-A-NAME]: runs the tests and ends with the number of those that failed, at most 100.
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "tests/check.h"

namespace xpane::test {
namespace {
int failuresOfCase = 0;
std::string vectors;
}  // namespace

std::vector<Case>& cases() {
    static std::vector<Case> all;
    return all;
}

void fail(const char* file, int line, const std::string& text) {
    ++failuresOfCase;
    std::printf("  %s:%d: %s\n", file, line, text.c_str());
}

const std::string& vectorsFolder() { return vectors; }

static bool passes(const Case& test) {
    failuresOfCase = 0;
    try {
        test.body();
    } catch (const std::exception& error) {
        fail(test.name, 0, std::string("threw: ") + error.what());
    }
    std::printf("%s %s\n", failuresOfCase == 0 ? "ok  " : "FAIL", test.name);
    std::fflush(stdout);
    return failuresOfCase == 0;
}

}  // namespace xpane::test

int main(int count, char** arguments) {
    using namespace xpane::test;
    if (count > 1) vectors = arguments[1];
    int run = 0, failed = 0;
    for (const Case& test : cases()) {
        if (count > 2 && !std::strstr(test.name, arguments[2])) continue;
        ++run;
        if (!passes(test)) ++failed;
    }
    std::printf("%d tests, %d failed\n", run, failed);
    return run == 0 ? 101 : failed > 100 ? 100 : failed;
}
