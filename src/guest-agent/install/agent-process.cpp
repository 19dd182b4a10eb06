#include "install/agent-process.h"

#include <vector>

#include "install/exit-codes.h"
#include "install/install-error.h"
#include "install/versions.h"
#include "win/clock.h"

#include <psapi.h>
#include <tlhelp32.h>

namespace xpane {
namespace {

constexpr uint64_t mostStopMs = 15000;
constexpr DWORD endWaitMs = 2000;
constexpr DWORD access = PROCESS_TERMINATE | PROCESS_QUERY_INFORMATION | PROCESS_VM_READ | SYNCHRONIZE;

struct FoundAgent {
    DWORD id;
    UniqueHandle process;
};

// One that was just made, by an installer that was killed perhaps, tells its name only.
bool runsFrom(HANDLE process, const wchar_t* name, const std::wstring& folder) {
    wchar_t path[MAX_PATH];
    const DWORD length = GetModuleFileNameExW(process, nullptr, path, MAX_PATH);
    return length == 0 ? lstrcmpiW(name, L"xpane-agent.exe") == 0 : length < MAX_PATH && isInside(path, folder);
}

std::vector<FoundAgent> agentsOf(const std::wstring& folder) {
    std::vector<FoundAgent> agents;
    const UniqueHandle all(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = Process32FirstW(all.get(), &entry); more; more = Process32NextW(all.get(), &entry)) {
        UniqueHandle process(OpenProcess(access, FALSE, entry.th32ProcessID));
        if (process && runsFrom(process.get(), entry.szExeFile, folder)) {
            agents.push_back({entry.th32ProcessID, std::move(process)});
        }
    }
    return agents;
}

}  // namespace

size_t agentsFrom(const std::wstring& folder) { return agentsOf(folder).size(); }

// The supervisor's workers end with it, but it may just be starting one: so until none is found.
void stopAgentsOf(const std::wstring& folder, Log& log) {
    const uint64_t start = nowMs();
    for (auto agents = agentsOf(folder); !agents.empty(); agents = agentsOf(folder)) {
        if (nowMs() - start > mostStopMs) {
            throw InstallError(installCode::cannotStop,
                               "the agent before, process " + std::to_string(agents.front().id) + ", does not end");
        }
        for (const FoundAgent& agent : agents) {
            TerminateProcess(agent.process.get(), 0);
            WaitForSingleObject(agent.process.get(), endWaitMs);
            log.write(LogLevel::info, "stopped process " + std::to_string(agent.id));
        }
    }
}

UniqueHandle startAgent(const std::wstring& command, const Version& version) {
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION started{};
    std::wstring writable = command;
    if (!CreateProcessW(version.agentFile().c_str(), writable.data(), nullptr, nullptr, FALSE, 0, nullptr,
                        version.folder.c_str(), &startup, &started)) {
        return {};
    }
    const UniqueHandle thread(started.hThread);
    return UniqueHandle(started.hProcess);
}

}  // namespace xpane
