// Brings content of a file to the disk while more of it is written: all of a large one at its end would take as long
// again, and whoever waited for the disk took no content meanwhile.
#pragma once

#include <cstdint>
#include <string>

#include "win/handles.h"

namespace xpane {

class MediumAhead {
public:
    // The file is there, and may be opened for writing once more.
    explicit MediumAhead(std::wstring path) : path_(std::move(path)) {}
    ~MediumAhead() { over(); }
    MediumAhead(const MediumAhead&) = delete;
    MediumAhead& operator=(const MediumAhead&) = delete;

    // So much more was written. Gives Windows' error of an earlier flush, which Windows tells only once.
    DWORD wrote(int64_t bytes);
    // Waits for what is under way, and gives what became of it.
    DWORD over();

private:
    DWORD begin();

    const std::wstring path_;
    // An open file of its own: Windows does one thing at a time with each.
    UniqueHandle file_;
    UniqueHandle flush_;  // the thread
    DWORD error_ = ERROR_SUCCESS;  // the thread's, while it runs
    int64_t waitingBytes_ = 0;
};

}  // namespace xpane
