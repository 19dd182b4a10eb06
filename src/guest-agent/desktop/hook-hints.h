// The agent's end of the hook DLL: puts the DLL into the guest, sets its hooks while somebody looks on, and reads
// what it says. Where it cannot be loaded (another desktop, no permission) nothing is said, and looking by itself
// finds every change all the same.
#pragma once

#include <optional>
#include <vector>

#include "hook/hint-channel.h"
#include "log/log.h"
#include "protocol/commands.h"
#include "win/handles.h"

namespace xpane {

struct HookHint {
    HintKind kind;
    HWND window;
    Rect area;      // on the screen
    LONG cursor, standard;  // of hintCursor, as in HintSlot
};

class HookHints {
public:
    explicit HookHints(Log& log);
    ~HookHints();
    HookHints(const HookHints&) = delete;
    HookHints& operator=(const HookHints&) = delete;

    void start();
    void stop();
    bool running() const { return sent_ != nullptr; }
    // Set when there is something to take.
    HANDLE event() const { return came_.get(); }
    // What was said since the last call, oldest first.
    std::vector<HookHint> take();
    // Pointers of programs' own, told before the first hint that shows them; unchecked copies.
    std::vector<CursorSlot> takeCursors();
    // How many presses and releases of keys programs have taken so far, whoever made them; nothing: nobody counts.
    std::optional<uint32_t> keysTaken() const;
    // Programs tell again what they told of pointers.
    void forgetCursors();

private:
    bool openChannel();
    bool load();

    Log& log_;
    UniqueHandle section_, came_;
    HintChannel* channel_ = nullptr;
    UniqueModule module_;
    HOOKPROC onSent_ = nullptr, onRetrieved_ = nullptr;
    HHOOK sent_ = nullptr, retrieved_ = nullptr;
    ULONG taken_ = 0;  // ticket of the last hint that was read
    DWORD writingSince_[cursorSlots] = {};  // by GetTickCount, as seen here; 0: nobody is at it
};

}  // namespace xpane
