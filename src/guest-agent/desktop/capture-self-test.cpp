// Can a covered window of another process be read? A second process shows a small window, this one covers it with
// another colour, reads the first and looks which colour came.
#include <cwchar>

#include "desktop/capture.h"
#include "desktop/rects.h"
#include "desktop/window-query.h"
#include "win/handles.h"

namespace xpane {
namespace {

constexpr wchar_t testClass[] = L"XPaneCaptureTest";
constexpr wchar_t testSwitch[] = L"--capture-test-window";
constexpr int edgePx = 16;
constexpr COLORREF coveredColour = RGB(0x12, 0x84, 0x36), coverColour = RGB(0xa6, 0x5c, 0x0e);
// Generous: without an accelerator a process takes seconds to start, and a wrong answer costs every window.
constexpr DWORD startLimitMs = 20000, coverLimitMs = 3000, childLifeMs = 30000, stepMs = 5;

LRESULT CALLBACK testProcedure(HWND window, UINT message, WPARAM wide, LPARAM other) {
    if (message == WM_TIMER || message == WM_CLOSE) PostQuitMessage(0);
    if (message == WM_ERASEBKGND) return 1;
    if (message == WM_PAINT) {
        PAINTSTRUCT paint;
        HDC dc = BeginPaint(window, &paint);
        UniqueBrush brush(CreateSolidBrush(static_cast<COLORREF>(GetWindowLongPtrW(window, GWLP_USERDATA))));
        RECT all = {0, 0, edgePx, edgePx};
        FillRect(dc, &all, brush.get());
        EndPaint(window, &paint);
        return 0;
    }
    return DefWindowProcW(window, message, wide, other);
}

// In the corner where nobody looks; topmost, so that no application's window lies over it.
UniqueWindow showTestWindow(COLORREF colour) {
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = testProcedure;
    windowClass.hInstance = GetModuleHandleW(nullptr);
    windowClass.lpszClassName = testClass;
    RegisterClassW(&windowClass);  // a second time it exists already
    Rect desktop = desktopRect();
    UniqueWindow window(CreateWindowExW(WS_EX_TOOLWINDOW | WS_EX_TOPMOST | WS_EX_NOACTIVATE, testClass, L"", WS_POPUP,
                                        rightOf(desktop) - edgePx, bottomOf(desktop) - edgePx, edgePx, edgePx,
                                        nullptr, nullptr, GetModuleHandleW(nullptr), nullptr));
    if (!window) return window;
    SetWindowLongPtrW(window.get(), GWLP_USERDATA, static_cast<LONG_PTR>(colour));
    ShowWindow(window.get(), SW_SHOWNOACTIVATE);
    UpdateWindow(window.get());
    return window;
}

void pumpMessages() {
    MSG message;
    while (PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE)) DispatchMessageW(&message);
}

uint32_t pixelOf(COLORREF colour) {
    return static_cast<uint32_t>(GetRValue(colour)) << 16 | static_cast<uint32_t>(GetGValue(colour)) << 8 |
           GetBValue(colour);
}

bool showsOnly(CaptureBackend& reader, HWND window, COLORREF colour) {
    auto frame = frameOf(window);
    const PixelView* view = frame ? reader.capture(window, *frame, *frame) : nullptr;
    if (!view) return false;
    for (int y = 0; y < view->area.height; ++y) {
        for (int x = 0; x < view->area.width; ++x) {
            if ((view->pixels[y * view->stridePx + x] & 0x00ffffff) != pixelOf(colour)) return false;
        }
    }
    return true;
}

// Ends the second process whatever happens.
class TestProcess {
public:
    bool start() {
        wchar_t path[MAX_PATH * 4];
        DWORD length = GetModuleFileNameW(nullptr, path, MAX_PATH * 4);
        if (length == 0 || length >= MAX_PATH * 4) return false;
        std::wstring command = L"\"" + std::wstring(path, length) + L"\" " + testSwitch;
        STARTUPINFOW startup = {};
        startup.cb = sizeof startup;
        PROCESS_INFORMATION started;
        if (!CreateProcessW(path, command.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &startup, &started)) {
            return false;
        }
        process_.reset(started.hProcess);
        UniqueHandle thread(started.hThread);
        id_ = started.dwProcessId;
        return true;
    }
    ~TestProcess() {
        if (!process_) return;
        if (HWND shown = window()) PostMessageW(shown, WM_CLOSE, 0, 0);
        if (WaitForSingleObject(process_.get(), 300) != WAIT_OBJECT_0) TerminateProcess(process_.get(), 1);
    }
    bool running() const { return WaitForSingleObject(process_.get(), 0) == WAIT_TIMEOUT; }
    HWND window() const {
        for (HWND at = nullptr; (at = FindWindowExW(nullptr, at, testClass, nullptr));) {
            DWORD owner = 0;
            GetWindowThreadProcessId(at, &owner);
            if (owner == id_) return at;
        }
        return nullptr;
    }

private:
    UniqueHandle process_;
    DWORD id_ = 0;
};

template <typename Condition>
bool waitFor(DWORD limitMs, Condition condition) {
    DWORD begun = GetTickCount();
    while (!condition()) {
        if (GetTickCount() - begun > limitMs) return false;
        pumpMessages();
        Sleep(stepMs);
    }
    return true;
}

// Redirected if the covered window keeps its colour, for as long as it takes the cover to be drawn for sure.
bool coveredWindowIsReadable(Log& log) {
    auto reader = makeRedirectedCapture();
    TestProcess other;
    if (!other.start()) {
        log.write(LogLevel::warn, "capture self-test: the second process did not start");
        return false;
    }
    HWND covered = nullptr;
    bool shown = waitFor(startLimitMs, [&] {
        covered = other.window();
        return !other.running() || (covered && showsOnly(*reader, covered, coveredColour));
    });
    if (!shown || !covered || !other.running()) {
        log.write(LogLevel::warn, "capture self-test: the test window did not appear");
        return false;
    }
    UniqueWindow cover = showTestWindow(coverColour);
    // Without redirection the cover's colour shows through at once it is drawn.
    bool showsThrough = waitFor(coverLimitMs / 5, [&] { return !showsOnly(*reader, covered, coveredColour); });
    return cover && !showsThrough;
}

}  // namespace

std::unique_ptr<CaptureBackend> chooseCapture(Log& log) {
    DWORD begun = GetTickCount();
    auto chosen = coveredWindowIsReadable(log) ? makeRedirectedCapture() : makePlacedCapture();
    log.write(LogLevel::info, std::string("capture: ") + chosen->name() + ", self-test took " +
                                  std::to_string(GetTickCount() - begun) + " ms");
    return chosen;
}

CaptureTestRun runCaptureTestWindow(const std::wstring& commandLine) {
    if (commandLine.find(testSwitch) == std::wstring::npos) return {};
    UniqueWindow window = showTestWindow(coveredColour);
    if (!window || !SetTimer(window.get(), 1, childLifeMs, nullptr)) return {true, 1};
    MSG message;
    while (GetMessageW(&message, nullptr, 0, 0) > 0) DispatchMessageW(&message);
    return {true, 0};
}

}  // namespace xpane
