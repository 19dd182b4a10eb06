#include "desktop/hook-hints.h"

#include <string>

#include "crypto/fnv.h"
#include "crypto/hex.h"
#include "desktop/hook-image.h"
#include "desktop/window-query.h"
#include "win/unicode.h"

namespace xpane {
namespace {

std::string contentOf(const std::wstring& path) {
    UniqueHandle file(CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr));
    std::string content(hookImage().size() + 1, 0);
    DWORD count = 0;
    if (!file || !ReadFile(file.get(), content.data(), static_cast<DWORD>(content.size()), &count, nullptr)) return {};
    content.resize(count);
    return content;
}

bool writeImage(const std::wstring& path) {
    UniqueHandle file(CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, 0, nullptr));
    DWORD count = 0;
    return file && WriteFile(file.get(), hookImage().data(), static_cast<DWORD>(hookImage().size()), &count, nullptr) &&
           count == hookImage().size();
}

// Its name tells its content: programs still hold an older agent's DLL while they run.
std::wstring imagePath() {
    wchar_t folder[MAX_PATH + 1];
    const DWORD length = GetTempPathW(MAX_PATH + 1, folder);
    if (length == 0 || length > MAX_PATH) return {};
    Fnv1a hash;
    hash.add(hookImage());
    return std::wstring(folder, length) + L"xpane-hook-" + wideFrom(hexOf(hash.value())) + L".dll";
}

// Who takes longer to write a picture has died over it.
constexpr DWORD writingLimitMs = 1000;

}  // namespace

HookHints::HookHints(Log& log) : log_(log) {
    if (openChannel() && load()) return;
    log_.write(LogLevel::warn, "hook: not available, error " + std::to_string(GetLastError()) +
                                   "; changes are found by looking alone");
}

HookHints::~HookHints() {
    stop();
    if (channel_) UnmapViewOfFile(channel_);
}

bool HookHints::openChannel() {
    section_.reset(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, sizeof(HintChannel),
                                      hintSectionName));
    came_.reset(CreateEventW(nullptr, FALSE, FALSE, hintEventName));
    if (!section_ || !came_) return false;
    channel_ = static_cast<HintChannel*>(MapViewOfFile(section_.get(), FILE_MAP_WRITE, 0, 0, sizeof(HintChannel)));
    if (!channel_) return false;
    InterlockedExchange(&channel_->agentProcess, static_cast<LONG>(GetCurrentProcessId()));
    return true;
}

bool HookHints::load() {
    const std::wstring path = imagePath();
    if (path.empty() || (contentOf(path) != hookImage() && !writeImage(path))) return false;
    module_.reset(LoadLibraryW(path.c_str()));
    if (!module_) return false;
    onSent_ = reinterpret_cast<HOOKPROC>(reinterpret_cast<void*>(GetProcAddress(module_.get(), "xpaneSent")));
    onRetrieved_ = reinterpret_cast<HOOKPROC>(reinterpret_cast<void*>(GetProcAddress(module_.get(), "xpaneRetrieved")));
    return onSent_ && onRetrieved_;
}

void HookHints::start() {
    if (!onSent_ || !onRetrieved_ || running()) return;
    taken_ = static_cast<ULONG>(channel_->tickets);
    forgetCursors();
    sent_ = SetWindowsHookExW(WH_CALLWNDPROC, onSent_, module_.get(), 0);
    retrieved_ = SetWindowsHookExW(WH_GETMESSAGE, onRetrieved_, module_.get(), 0);
    if (sent_ && retrieved_) return;
    log_.write(LogLevel::warn, "hook: refused, error " + std::to_string(GetLastError()));
    stop();
}

void HookHints::stop() {
    if (sent_) UnhookWindowsHookEx(sent_);
    if (retrieved_) UnhookWindowsHookEx(retrieved_);
    sent_ = retrieved_ = nullptr;
}

std::vector<HookHint> HookHints::take() {
    std::vector<HookHint> hints;
    if (!running()) return hints;
    // Reset before looking: what comes while we look sets it again.
    InterlockedExchange(&channel_->signalled, 0);
    const auto newest = static_cast<ULONG>(channel_->tickets);
    // Also when somebody tampered with the counter: never more than the ring holds.
    if (newest - taken_ > hintSlots) taken_ = newest - hintSlots;
    for (; taken_ != newest; ++taken_) {
        const HintSlot& slot = channel_->slots[taken_ & (hintSlots - 1)];
        const auto ticket = static_cast<LONG>(taken_ + 1);
        const HookHint hint{static_cast<HintKind>(slot.kind),
                            reinterpret_cast<HWND>(static_cast<LONG_PTR>(slot.window)), rectFrom(slot.area),
                            slot.cursor, slot.standard};
        const bool complete = slot.ticket == ticket;
        // Still being written: its writer sets the event when it is done. One that died writing is left behind.
        if (!complete && newest - taken_ < hintSlots / 2) break;
        if (complete) hints.push_back(hint);
    }
    return hints;
}

std::vector<CursorSlot> HookHints::takeCursors() {
    std::vector<CursorSlot> taken;
    if (!running()) return taken;
    for (LONG i = 0; i < cursorSlots; ++i) {
        CursorSlot& slot = channel_->cursors[i];
        const LONG state = slot.state;
        if (state == cursorSlotFull) {
            taken.push_back(const_cast<const CursorSlot&>(slot));
            InterlockedExchange(&slot.state, cursorSlotFree);
        }
        const bool writing = state != cursorSlotFull && state != cursorSlotFree;
        const DWORD now = GetTickCount() | 1;
        if (!writing || writingSince_[i] == 0) writingSince_[i] = writing ? now : 0;
        else if (now - writingSince_[i] > writingLimitMs) InterlockedExchange(&slot.state, cursorSlotFree);
    }
    return taken;
}

std::optional<uint32_t> HookHints::keysTaken() const {
    if (!running()) return std::nullopt;
    return static_cast<uint32_t>(channel_->keysTaken);
}

void HookHints::forgetCursors() {
    if (channel_) InterlockedIncrement(&channel_->listening);
}

}  // namespace xpane
