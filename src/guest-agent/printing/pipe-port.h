// A named pipe that a port of Windows leads to: the system's spooler writes a job into it and closes it, and the job
// gets its place in the spool folder.
#pragma once

#include <string>
#include <vector>

#include "log/log.h"
#include "win/handles.h"

namespace xpane {

class PipePort {
public:
    // Listens at once, for one job after the other. Only the system, administrators and this user may write.
    PipePort(std::wstring pipe, std::wstring folder, std::string printerId, Log& log);
    ~PipePort();
    PipePort(const PipePort&) = delete;
    PipePort& operator=(const PipePort&) = delete;

private:
    void run() const;
    void receive(HANDLE pipe, HANDLE event) const;
    bool finished(HANDLE pipe, OVERLAPPED& work, DWORD& bytes) const;

    const std::wstring pipe_, folder_;
    const std::string printerId_;
    Log& log_;
    UniqueHandle stop_;
    std::vector<UniqueHandle> listeners_;  // threads
};

}  // namespace xpane
