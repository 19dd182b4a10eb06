#include "process/supervisor.h"

#include <string>

#include "process/back-off.h"
#include "process/exit-codes.h"
#include "win/clock.h"
#include "win/handles.h"
#include "win/unicode.h"

namespace xpane {
namespace {

std::wstring ownPath() {
    std::wstring path(32768, 0);
    path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return path;
}

// File names cannot hold a quote, so that quoting is all that is needed.
std::wstring workerCommand(const Options& options) {
    const auto quoted = [](const std::wstring& text) { return L" \"" + text + L"\""; };
    const auto given = [&quoted](const wchar_t* name, const std::string& file) {
        return file.empty() ? L"" : name + quoted(wideFrom(file));
    };
    return quoted(ownPath()).substr(1) + L" --worker --listen " +
           wideFrom(options.address + ":" + std::to_string(options.port)) + L" --secret-file" +
           quoted(wideFrom(options.secretFile)) + L" --log-file" + quoted(wideFrom(options.logFile)) +
           given(L" --screen-program", options.screenProgram) + given(L" --clock-program", options.clockProgram);
}

// Ends what is in it when its last handle closes, that is, with this process, however that ends. What a worker
// starts is outside: applications outlive a crashed agent.
UniqueHandle jobOfWorkers() {
    UniqueHandle job(CreateJobObjectW(nullptr, nullptr));
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
    if (!SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits)) job.reset();
    return job;
}

// Suspended until it is in the job, so that it cannot outlive us from its first instruction on.
UniqueHandle startWorker(const std::wstring& command, HANDLE job, Log& log) {
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION started{};
    std::wstring writable = command;
    if (!CreateProcessW(nullptr, writable.data(), nullptr, nullptr, FALSE, CREATE_SUSPENDED, nullptr, nullptr, &startup,
                        &started)) {
        log.write(LogLevel::error, "cannot start the worker: error " + std::to_string(GetLastError()));
        return {};
    }
    const UniqueHandle thread(started.hThread);
    if (!AssignProcessToJobObject(job, started.hProcess)) {
        log.write(LogLevel::warn, "the worker may outlive the supervisor: error " + std::to_string(GetLastError()));
    }
    ResumeThread(thread.get());
    return UniqueHandle(started.hProcess);
}

}  // namespace

unsigned supervise(const Options& options, Log& log) {
    const UniqueHandle job = jobOfWorkers();
    const std::wstring command = workerCommand(options);
    BackOff backOff;
    while (true) {
        const uint64_t start = nowMs();
        DWORD code = crashed;
        if (const UniqueHandle worker = startWorker(command, job.get(), log)) {
            WaitForSingleObject(worker.get(), INFINITE);
            GetExitCodeProcess(worker.get(), &code);
        }
        if (code == workerDone) return endedByDesign;
        if (code == wrongSetUp) return code;
        const uint32_t delayMs = backOff.delayMs(nowMs() - start);
        log.write(LogLevel::error, "the worker ended with code " + std::to_string(code) + "; again in " +
                                       std::to_string(delayMs) + " ms");
        Sleep(delayMs);
    }
}

}  // namespace xpane
