#include "process/install-status.h"

#include <limits>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "process/install-mark.h"
#include "protocol/encode.h"
#include "win/clock.h"
#include "win/handles.h"
#include "win/registry.h"

namespace xpane {
namespace {

constexpr uint32_t betweenLooksMs = 250;

bool installerWorks() { return bool(UniqueHandle(OpenMutexW(SYNCHRONIZE, FALSE, installMark::atWork))); }

std::optional<uint32_t> lastCode() {
    const auto text = registryText(HKEY_LOCAL_MACHINE, installMark::key, installMark::lastCode);
    if (!text || text->empty() || text->size() > 9) return std::nullopt;
    uint32_t code = 0;
    for (const wchar_t digit : *text) {
        if (digit < L'0' || digit > L'9') return std::nullopt;
        code = code * 10 + static_cast<uint32_t>(digit - L'0');
    }
    return code;
}

}  // namespace

void InstallStatus::connected() {
    watches_ = installerWorks();
    dueMs_ = nowMs() + betweenLooksMs;
    if (watches_) host_.control(installStatusMessage(std::nullopt));
    else tellEnd();
}

uint32_t InstallStatus::tick() {
    if (!watches_) return std::numeric_limits<uint32_t>::max();
    const uint64_t now = nowMs();
    if (now < dueMs_) return static_cast<uint32_t>(dueMs_ - now);
    dueMs_ = now + betweenLooksMs;
    if (installerWorks()) return betweenLooksMs;
    watches_ = false;
    tellEnd();
    return std::numeric_limits<uint32_t>::max();
}

// In a guest that no installer was in there is nothing to tell.
void InstallStatus::tellEnd() {
    if (const auto code = lastCode()) host_.control(installStatusMessage(*code));
}

}  // namespace xpane
