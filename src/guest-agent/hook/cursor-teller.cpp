#include "hook/cursor-teller.h"

#include "hook/hint-writer.h"

namespace xpane {
namespace {

constexpr DWORD tellAgainAfterMs = 500;  // hints may get lost
constexpr LONG mostDescribed = 32;

// All threads of the program share this. Where they get into each other's way, something is told twice.
volatile LONG listening;                 // the channel's number for which the rest holds
volatile LONG toldWindow, toldCursor;
volatile DWORD toldAt;
volatile LONG described[mostDescribed];  // pointers of the program's own that the agent was given
volatile LONG describedCount;
LONG standard[standardCursorCount];      // handles

LONG numberOf(HANDLE handle) { return static_cast<LONG>(reinterpret_cast<LONG_PTR>(handle)); }

// Also what each stands for, before it is shown: a program that is busy shows its hourglass and handles no message.
void begin(LONG number) {
    for (LONG i = 0; i < standardCursorCount; ++i) {
        standard[i] = numberOf(LoadCursorW(nullptr, MAKEINTRESOURCEW(standardCursors[i])));
        if (standard[i]) sayCursor(nullptr, standard[i], i + 1);
    }
    describedCount = 0;
    toldWindow = toldCursor = 0;
    InterlockedExchange(&listening, number);
}

LONG standardOf(LONG cursor) {
    for (LONG i = 0; i < standardCursorCount; ++i) {
        if (standard[i] == cursor) return i + 1;
    }
    return 0;
}

bool isDescribed(LONG cursor) {
    const LONG count = describedCount < mostDescribed ? describedCount : mostDescribed;
    for (LONG i = 0; i < count; ++i) {
        if (described[i] == cursor) return true;
    }
    return false;
}

void remember(LONG cursor) {
    const LONG at = InterlockedIncrement(&describedCount) - 1;
    described[at & (mostDescribed - 1)] = cursor;
}

bool readBits(HDC dc, HBITMAP bitmap, LONG width, LONG height, WORD bitCount, void* bits) {
    struct {
        BITMAPINFOHEADER header;
        RGBQUAD colours[2];
    } info;
    info.header.biSize = sizeof info.header;
    info.header.biWidth = width;
    info.header.biHeight = -height;  // top-down
    info.header.biPlanes = 1;
    info.header.biBitCount = bitCount;
    info.header.biCompression = BI_RGB;
    info.header.biSizeImage = 0;
    info.header.biXPelsPerMeter = info.header.biYPelsPerMeter = 0;
    info.header.biClrUsed = info.header.biClrImportant = 0;
    return GetDIBits(dc, bitmap, 0, static_cast<UINT>(height), bits, reinterpret_cast<BITMAPINFO*>(&info),
                     DIB_RGB_COLORS) == height;
}

bool fill(CursorSlot& slot, const ICONINFO& info) {
    BITMAP mask;
    if (!info.hbmMask || !GetObjectW(info.hbmMask, sizeof mask, &mask)) return false;
    slot.coloured = info.hbmColor != nullptr;
    slot.width = mask.bmWidth;
    slot.height = slot.coloured ? mask.bmHeight : mask.bmHeight / 2;
    slot.hotX = static_cast<LONG>(info.xHotspot);
    slot.hotY = static_cast<LONG>(info.yHotspot);
    if (slot.width < 1 || slot.height < 1 || slot.width > cursorEdgePx || slot.height > cursorEdgePx) return false;
    const HDC dc = GetDC(nullptr);
    if (!dc) return false;
    const bool read = readBits(dc, info.hbmMask, slot.width, slot.coloured ? slot.height : slot.height * 2, 1, slot.mask) &&
                      (!slot.coloured || readBits(dc, info.hbmColor, slot.width, slot.height, 32, slot.colours));
    ReleaseDC(nullptr, dc);
    return read;
}

CursorSlot* freeSlot(HintChannel& channel) {
    for (LONG i = 0; i < cursorSlots; ++i) {
        CursorSlot& slot = channel.cursors[i];
        if (InterlockedCompareExchange(&slot.state, cursorSlotWriting, cursorSlotFree) == cursorSlotFree) return &slot;
    }
    return nullptr;
}

// False: the agent has had no time for those before. One that cannot be read is left out for good.
bool describe(HintChannel& channel, HCURSOR cursor) {
    CursorSlot* slot = freeSlot(channel);
    if (!slot) return false;
    ICONINFO info;
    bool filled = false;
    if (GetIconInfo(cursor, &info)) {
        filled = fill(*slot, info);
        if (info.hbmMask) DeleteObject(info.hbmMask);
        if (info.hbmColor) DeleteObject(info.hbmColor);
    }
    slot->cursor = numberOf(cursor);
    InterlockedExchange(&slot->state, filled ? cursorSlotFull : cursorSlotFree);
    remember(numberOf(cursor));
    return true;
}

}  // namespace

void tellCursor(HintChannel& channel, HWND window) {
    if (const LONG number = channel.listening; number != listening) begin(number);
    const HWND root = GetAncestor(window, GA_ROOT);
    const HCURSOR cursor = GetCursor();
    const DWORD now = GetTickCount();
    if (toldWindow == numberOf(root) && toldCursor == numberOf(cursor) && now - toldAt < tellAgainAfterMs) return;
    const LONG which = cursor ? standardOf(numberOf(cursor)) : 0;
    if (cursor && !which && !isDescribed(numberOf(cursor)) && !describe(channel, cursor)) return;
    sayCursor(root, numberOf(cursor), which);
    toldWindow = numberOf(root);
    toldCursor = numberOf(cursor);
    toldAt = now;
}

}  // namespace xpane
