#include "install/answers.h"

#include <algorithm>
#include <map>

#include "install/exit-codes.h"
#include "install/install-error.h"
#include "process/options.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr size_t mostFileBytes = 64 * 1024;
constexpr char knownFormat[] = "1";

using Entries = std::map<std::string, std::string>;  // "Section.Key"

[[noreturn]] void refuse(const std::string& what) {
    throw InstallError(installCode::badFolder, "answers.ini: " + what);
}

std::string textOf(std::string_view file) {
    if (file.size() > mostFileBytes || file.size() % 2 != 0) refuse("wrong size");
    std::u16string units;
    for (size_t i = 0; i < file.size(); i += 2) {
        units.push_back(static_cast<char16_t>(static_cast<uint8_t>(file[i]) | static_cast<uint8_t>(file[i + 1]) << 8));
    }
    if (units.empty() || units.front() != 0xfeff) refuse("not UTF-16 with a byte order mark");
    return utf8From(std::u16string_view(units).substr(1));
}

std::string withoutQuotes(const std::string& value) {
    const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    return quoted ? value.substr(1, value.size() - 2) : value;
}

Entries entriesOf(const std::string& text) {
    Entries entries;
    std::string section;
    for (size_t start = 0; start < text.size();) {
        const size_t end = std::min(text.find("\r\n", start), text.size());
        const std::string line = text.substr(start, end - start);
        start = end + 2;
        if (line.empty()) continue;
        if (line.front() == '[' && line.back() == ']') {
            section = line.substr(1, line.size() - 2);
            continue;
        }
        const size_t equals = line.find('=');
        if (equals == line.npos || section.empty()) refuse("a line is neither section nor entry");
        const std::string name = section + "." + line.substr(0, equals);
        if (!entries.emplace(name, withoutQuotes(line.substr(equals + 1))).second) refuse("an entry comes twice");
    }
    return entries;
}

bool isPlain(const std::string& text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7f || c == '"' || c == '%'; });
}

bool isIn(const std::string& text, std::string_view allowed) {
    return text.find_first_not_of(allowed) == text.npos;
}

constexpr char hexDigits[] = "0123456789ABCDEF";
constexpr char nameCharacters[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// `fits` sees the value only if it is there.
template <typename Test>
std::optional<std::string> entry(const Entries& entries, const char* name, Test fits) {
    const auto found = entries.find(name);
    if (found == entries.end()) return std::nullopt;
    if (!isPlain(found->second) || !fits(found->second)) refuse(std::string(name) + " is not allowed");
    return found->second;
}

uint32_t secondsOf(const std::string& text) {
    const bool digits = !text.empty() && text.size() <= 4 && isIn(text, "0123456789");
    return digits ? static_cast<uint32_t>(std::stoul(text)) : 0;
}

}  // namespace

Answers answersOf(std::string_view file) {
    const Entries entries = entriesOf(textOf(file));
    const auto upTo = [](size_t most) { return [most](const std::string& text) { return text.size() <= most; }; };
    const auto eightDigits = [](const std::string& text) { return text.size() == 8 && isIn(text, hexDigits); };
    if (!entry(entries, "XPane.Format", [](const std::string& text) { return text == knownFormat; })) {
        refuse("of another version");
    }
    Answers answers;
    if (const auto listen = entry(entries, "Agent.Listen", [](const std::string& text) { return listenOf(text); })) {
        const Endpoint endpoint = *listenOf(*listen);
        answers.address = endpoint.address;
        answers.port = endpoint.port;
    }
    if (const auto seconds =
            entry(entries, "Agent.AnswerWithinS", [](const std::string& text) { return secondsOf(text) > 0; })) {
        answers.answerWithinS = secondsOf(*seconds);
    }
    answers.fullName = entry(entries, "User.FullName", upTo(200));
    answers.organisation = entry(entries, "User.Organisation", upTo(200));
    answers.computerName = entry(entries, "Computer.Name", [](const std::string& text) {
        return !text.empty() && text.size() <= 15 && isIn(text, nameCharacters);
    });
    answers.timeZoneKey = entry(entries, "TimeZone.Key", [](const std::string& text) {
        return !text.empty() && text.size() <= 64 && text.find('\\') == text.npos;
    });
    answers.localeId = entry(entries, "Region.LocaleId", eightDigits);
    answers.keyboardLayout = entry(entries, "Region.KeyboardLayout", eightDigits);
    return answers;
}

}  // namespace xpane
