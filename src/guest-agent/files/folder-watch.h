// Says when something happens below a folder.
#pragma once

#include <string>
#include <vector>

#include "win/handles.h"

namespace xpane {

class FolderWatch {
public:
    // Used on one thread only. A folder that cannot be watched says nothing.
    explicit FolderWatch(const std::wstring& folder);
    ~FolderWatch();
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    // Set when something happened since `again`.
    HANDLE event() const { return event_.get(); }
    void again();

private:
    UniqueHandle event_;
    UniqueHandle folder_;
    OVERLAPPED pending_{};
    std::vector<DWORD> changes_;  // what happened does not matter; Windows aligns it so
    bool watches_ = false;
};

}  // namespace xpane
