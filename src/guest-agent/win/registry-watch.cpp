#include "win/registry-watch.h"

namespace xpane {

RegistryWatch::RegistryWatch(HKEY root, const std::wstring& path) {
    if (RegOpenKeyExW(root, path.c_str(), 0, KEY_NOTIFY, key_.out()) != ERROR_SUCCESS) return;
    event_.reset(CreateEventW(nullptr, FALSE, FALSE, nullptr));
    arm();
}

void RegistryWatch::arm() {
    constexpr DWORD kinds = REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET;
    if (event_) RegNotifyChangeKeyValue(key_.get(), TRUE, kinds, event_.get(), TRUE);
}

}  // namespace xpane
