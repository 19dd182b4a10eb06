#include "hook/hint-writer.h"

namespace xpane {
namespace {

enum : LONG { untried, trying, ready, refused };
volatile LONG state = untried;
HANDLE section, came;
HintChannel* channel;

void write(HintKind kind, HWND window, const RECT& area, LONG cursor, LONG standard) {
    const LONG ticket = InterlockedIncrement(&channel->tickets);
    HintSlot& slot = channel->slots[(ticket - 1) & (hintSlots - 1)];
    InterlockedExchange(&slot.ticket, 0);
    slot.kind = kind;
    slot.window = static_cast<LONG>(reinterpret_cast<LONG_PTR>(window));
    slot.area = area;
    slot.cursor = cursor;
    slot.standard = standard;
    InterlockedExchange(&slot.ticket, ticket);
    if (InterlockedExchange(&channel->signalled, 1) == 0) SetEvent(came);
}

}  // namespace

HintChannel* hintChannel() {
    if (state == ready) return channel;
    if (InterlockedCompareExchange(&state, trying, untried) != untried) return nullptr;
    section = OpenFileMappingW(FILE_MAP_WRITE, FALSE, hintSectionName);
    came = OpenEventW(EVENT_MODIFY_STATE, FALSE, hintEventName);
    if (section && came) {
        channel = static_cast<HintChannel*>(MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof(HintChannel)));
    }
    if (!channel) closeHintChannel();
    InterlockedExchange(&state, channel ? ready : refused);
    return channel;
}

void closeHintChannel() {
    if (channel) UnmapViewOfFile(channel);
    if (section) CloseHandle(section);
    if (came) CloseHandle(came);
    channel = nullptr;
    section = came = nullptr;
}

void say(HintKind kind, HWND window, const RECT& area) { write(kind, window, area, 0, 0); }

void sayCursor(HWND window, LONG cursor, LONG standard) {
    const RECT nowhere = {0, 0, 0, 0};
    write(hintCursor, window, nowhere, cursor, standard);
}

}  // namespace xpane
