// Where the agent lies in a guest.
#pragma once

#include <string>

#include "process/install-mark.h"
#include "process/options.h"

namespace xpane {

struct Places {
    std::wstring programs;  // "C:\Program Files\XPane": only administrators can write there
    std::wstring data;      // of all users: logs, which every user's agent can write

    std::wstring installLog() const { return data + L"\\" + installMark::logName; }
    std::wstring agentLog() const { return data + L"\\agent.log"; }
};

// Makes both folders. Throws InstallError (cannotCopy).
Places makePlaces();

// One installed agent in a folder of its own below `programs`: "agent-1", "agent-2", ... An update lies beside what
// it replaces, so that there is always a whole one; which of them counts is what Windows starts at log-on.
struct Version {
    std::wstring folder;

    std::wstring agentFile() const { return folder + L"\\xpane-agent.exe"; }
    std::wstring secretFile() const { return folder + L"\\secret.key"; }
};

// The whole command line of its agent.
std::wstring commandOf(const Version& version, const Places& places, const Endpoint& listen);

}  // namespace xpane
