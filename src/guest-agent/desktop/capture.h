// Reads windows' pixels. What of a covered window can be read differs by guest, so a self-test at start chooses.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "desktop/look-schedule.h"
#include "desktop/surface-image.h"
#include "desktop/window-query.h"
#include "log/log.h"
#include "win/windows.h"

namespace xpane {

class CaptureBackend {
public:
    virtual ~CaptureBackend() = default;
    // "redirected" or "placed", as in `hello`.
    virtual const char* name() const = 0;
    // `readable` goes by what lies above: that must be so before and after reading, and have been drawn.
    virtual bool dependsOnOrder() const = 0;
    // After every poll: all visible windows, topmost first. Returns those of which more can be read since.
    virtual std::vector<HWND> arranged(const std::vector<VisibleWindow>& windows, const Rect& desktop, Micros now) = 0;
    // When `arranged` is to be called again at the latest.
    virtual Micros arrangedDue(Micros now) const = 0;
    // Which parts of `area` show the window's own pixels and can be read now. `above`: frames of the visible
    // windows that lie over it; `desktop`: the whole screen. All in screen coordinates.
    virtual std::vector<Rect> readable(HWND window, const Rect& area, const std::vector<Rect>& above,
                                       const Rect& desktop) const = 0;
    // Reads `area` (screen coordinates) of the window whose frame is `frame`. Returns null if that cannot be done
    // now: the window changed its size, or moved where that changes what can be read. The pixels are valid until the next call; the view's
    // own area is `area`, still in screen coordinates.
    virtual const PixelView* capture(HWND window, const Rect& frame, const Rect& area) = 0;
};

// Complete windows whatever covers them: a compositor keeps each window's pixels.
std::unique_ptr<CaptureBackend> makeRedirectedCapture();
// What is not covered and on the screen; nothing else can be read on NT without redirection.
std::unique_ptr<CaptureBackend> makePlacedCapture();

// Tries out on windows of its own what this guest can do: some 0.3 s, a few pixels in the screen's corner. Starts
// this executable again as the owner of the window to be read, since a process can always read its own.
std::unique_ptr<CaptureBackend> chooseCapture(Log& log);

// For `main`, before anything else: if this process was started by the self-test, shows the test's window until
// it is closed, and returns the exit code. Nothing: an ordinary start.
struct CaptureTestRun {
    bool wanted = false;
    int exitCode = 0;
};
CaptureTestRun runCaptureTestWindow(const std::wstring& commandLine);

}  // namespace xpane
