// What the host wants of this guest: answers.ini, as src/guest-setup/answers/answers-ini.ts writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xpane {

// What is not there stays as the guest has it. All text is UTF-8 and fit for where it goes.
struct Answers {
    std::string address = "0.0.0.0";  // the agent listens here
    uint16_t port = 7007;
    uint32_t answerWithinS = 120;  // how long a new agent may take until it serves
    std::optional<std::string> fullName, organisation;
    std::optional<std::string> computerName;
    std::optional<std::string> timeZoneKey;  // below Windows' own "Time Zones"
    std::optional<std::string> localeId, keyboardLayout;  // eight hexadecimal digits
};

// `file`: UTF-16 with its byte order mark. Pure; `file` may be anything. Throws InstallError (badFolder), which names
// the field, never its value.
Answers answersOf(std::string_view file);

}  // namespace xpane
