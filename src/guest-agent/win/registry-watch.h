// Tells when something in a part of the registry changes.
#pragma once

#include <string>

#include "win/handles.h"

namespace xpane {

class RegistryWatch {
public:
    // Watches as long as the calling thread lives. A key that is not there is never heard of.
    RegistryWatch(HKEY root, const std::wstring& path);

    // Set by a change, once until `arm`. Null if nothing can be watched.
    HANDLE event() const { return event_.get(); }
    void arm();

private:
    UniqueKey key_;
    UniqueHandle event_;
};

}  // namespace xpane
