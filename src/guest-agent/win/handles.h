// Owners for what Windows hands out: each closes its handle exactly once. Move-only, empty by default, as small as
// the handle itself. `get()` lends, `reset()` closes, `release()` gives the handle away.
#pragma once

#include "win/windows.h"

namespace xpane {

template <typename Traits>
class Unique {
public:
    using Handle = typename Traits::Handle;

    Unique() noexcept = default;
    explicit Unique(Handle handle) noexcept : handle_(handle) {}
    ~Unique() { reset(); }
    Unique(Unique&& other) noexcept : handle_(other.release()) {}
    Unique& operator=(Unique&& other) noexcept {
        if (this != &other) reset(other.release());
        return *this;
    }
    Unique(const Unique&) = delete;
    Unique& operator=(const Unique&) = delete;

    Handle get() const noexcept { return handle_; }
    explicit operator bool() const noexcept { return Traits::valid(handle_); }
    void reset(Handle handle = Traits::none()) noexcept {
        if (Traits::valid(handle_)) Traits::close(handle_);
        handle_ = handle;
    }
    Handle release() noexcept {
        Handle handle = handle_;
        handle_ = Traits::none();
        return handle;
    }
    // For functions that hand the handle out by pointer. Closes what was held.
    Handle* out() noexcept {
        reset();
        return &handle_;
    }

private:
    Handle handle_ = Traits::none();
};

// Handles whose empty value is null.
template <typename T>
struct NullIsNone {
    using Handle = T;
    static T none() noexcept { return nullptr; }
    static bool valid(T handle) noexcept { return handle != nullptr; }
};

// Kernel objects: some functions fail with null, CreateFile with INVALID_HANDLE_VALUE; both are empty here.
struct KernelTraits {
    using Handle = HANDLE;
    static HANDLE none() noexcept { return nullptr; }
    static bool valid(HANDLE handle) noexcept { return handle != nullptr && handle != INVALID_HANDLE_VALUE; }
    static void close(HANDLE handle) noexcept { CloseHandle(handle); }
};
struct FindFileTraits : KernelTraits {
    static void close(HANDLE handle) noexcept { FindClose(handle); }
};
struct ChangeNotificationTraits : KernelTraits {
    static void close(HANDLE handle) noexcept { FindCloseChangeNotification(handle); }
};
struct SocketTraits {
    using Handle = SOCKET;
    static SOCKET none() noexcept { return INVALID_SOCKET; }
    static bool valid(SOCKET socket) noexcept { return socket != INVALID_SOCKET; }
    static void close(SOCKET socket) noexcept { closesocket(socket); }
};
struct ModuleTraits : NullIsNone<HMODULE> {
    static void close(HMODULE module) noexcept { FreeLibrary(module); }
};
struct WindowTraits : NullIsNone<HWND> {
    static void close(HWND window) noexcept { DestroyWindow(window); }
};
struct EventHookTraits : NullIsNone<HWINEVENTHOOK> {
    static void close(HWINEVENTHOOK hook) noexcept { UnhookWinEvent(hook); }
};
struct RegistryKeyTraits : NullIsNone<HKEY> {
    static void close(HKEY key) noexcept { RegCloseKey(key); }
};
struct MemoryDcTraits : NullIsNone<HDC> {
    static void close(HDC dc) noexcept { DeleteDC(dc); }
};
struct BitmapTraits : NullIsNone<HBITMAP> {
    static void close(HBITMAP bitmap) noexcept { DeleteObject(bitmap); }
};
struct BrushTraits : NullIsNone<HBRUSH> {
    static void close(HBRUSH brush) noexcept { DeleteObject(brush); }
};
struct IconTraits : NullIsNone<HICON> {
    static void close(HICON icon) noexcept { DestroyIcon(icon); }
};

using UniqueHandle = Unique<KernelTraits>;
using UniqueKey = Unique<RegistryKeyTraits>;
using UniqueFind = Unique<FindFileTraits>;
using UniqueChangeNotification = Unique<ChangeNotificationTraits>;
using UniqueSocket = Unique<SocketTraits>;
using UniqueModule = Unique<ModuleTraits>;
using UniqueWindow = Unique<WindowTraits>;
using UniqueEventHook = Unique<EventHookTraits>;
using UniqueMemoryDc = Unique<MemoryDcTraits>;  // of CreateCompatibleDC and CreateDC
using UniqueBitmap = Unique<BitmapTraits>;
using UniqueBrush = Unique<BrushTraits>;
using UniqueIcon = Unique<IconTraits>;  // an icon of one's own (CreateIcon, ExtractIconEx), never a class's icon

// A device context borrowed of a window (GetDC, GetWindowDC); null window: the screen.
class WindowDc {
public:
    WindowDc() noexcept = default;
    WindowDc(HWND window, HDC dc) noexcept : window_(window), dc_(dc) {}
    ~WindowDc() {
        if (dc_) ReleaseDC(window_, dc_);
    }
    WindowDc(WindowDc&& other) noexcept : window_(other.window_), dc_(other.dc_) { other.dc_ = nullptr; }
    WindowDc& operator=(WindowDc&& other) noexcept {
        if (this != &other) {
            if (dc_) ReleaseDC(window_, dc_);
            window_ = other.window_;
            dc_ = other.dc_;
            other.dc_ = nullptr;
        }
        return *this;
    }
    WindowDc(const WindowDc&) = delete;
    WindowDc& operator=(const WindowDc&) = delete;

    HDC get() const noexcept { return dc_; }
    explicit operator bool() const noexcept { return dc_ != nullptr; }

private:
    HWND window_ = nullptr;
    HDC dc_ = nullptr;
};

// Selects an object into a device context for as long as it lives. Declare it after both: it must go first.
class Selected {
public:
    Selected(HDC dc, HGDIOBJ object) noexcept : dc_(dc), before_(SelectObject(dc, object)) {}
    ~Selected() {
        if (before_) SelectObject(dc_, before_);
    }
    Selected(const Selected&) = delete;
    Selected& operator=(const Selected&) = delete;
    explicit operator bool() const noexcept { return before_ != nullptr; }

private:
    HDC dc_;
    HGDIOBJ before_;
};

}  // namespace xpane
