#include "loans/loan-desk.h"

#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "files/document-store.h"
#include "files/file-kinds.h"
#include "loans/associations.h"
#include "process/exit-codes.h"
#include "protocol/encode-files.h"
#include "protocol/file-name.h"
#include "win/clock.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr wchar_t className[] = L"XPaneAgentLoans";
constexpr ULONG_PTR loanData = 0x4c4f4e31;  // "LON1"
constexpr UINT agentWaitMs = 2000;
constexpr size_t mostPathUnits = 32767;
// No user clicks faster; the host counts for itself.
constexpr size_t mostRecent = 20;
constexpr uint64_t recentMs = 10000;

UniqueWindow makeWindow(WNDPROC procedure) {
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = procedure;
    windowClass.hInstance = GetModuleHandleW(nullptr);
    windowClass.lpszClassName = className;
    RegisterClassW(&windowClass);
    return UniqueWindow(CreateWindowExW(0, className, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, nullptr,
                                        windowClass.hInstance, nullptr));
}

bool agentTakes(std::wstring path) {
    const HWND agent = FindWindowExW(HWND_MESSAGE, nullptr, className, nullptr);
    if (!agent) return false;
    COPYDATASTRUCT data = {loanData, static_cast<DWORD>(path.size() * sizeof(wchar_t)), path.data()};
    DWORD_PTR taken = FALSE;
    return SendMessageTimeoutW(agent, WM_COPYDATA, 0, reinterpret_cast<LPARAM>(&data), SMTO_ABORTIFHUNG, agentWaitMs,
                               &taken) != 0 &&
           taken == TRUE;
}

// The one name that a file has, however it was asked for.
std::wstring wholePath(const std::wstring& asked) {
    std::wstring path(mostPathUnits + 1, 0);
    DWORD units = GetFullPathNameW(asked.c_str(), static_cast<DWORD>(path.size()), path.data(), nullptr);
    if (units == 0 || units >= path.size()) return L"";
    path.resize(units);
    std::wstring longer(mostPathUnits + 1, 0);
    units = GetLongPathNameW(path.c_str(), longer.data(), static_cast<DWORD>(longer.size()));
    if (units == 0 || units >= longer.size()) return path;
    longer.resize(units);
    return longer;
}

bool isFile(const std::wstring& path) {
    const DWORD attributes = GetFileAttributesW(path.c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

// A file of the host that is open in the guest does not go back to be opened there.
bool isOfHost(const std::wstring& path) {
    const std::wstring documents = localAppData() + L"\\XPane\\";
    return path.size() > documents.size() && lstrcmpiW(path.substr(0, documents.size()).c_str(), documents.c_str()) == 0;
}

bool isWholePath(const std::wstring& path) {
    return path.find(L'\0') == path.npos && path.size() > 3 &&
           (path.compare(1, 2, L":\\") == 0 || path.compare(0, 2, L"\\\\") == 0);
}

}  // namespace

LoanDesk::LoanDesk(Outbox& host, LoanTable& loans, Launcher& launcher, Log& log)
    : host_(host), loans_(loans), launcher_(launcher), log_(log), window_(makeWindow(procedure)) {
    if (!window_) {
        log_.write(LogLevel::warn, "loans: no window, error " + std::to_string(GetLastError()));
        return;
    }
    SetWindowLongPtrW(window_.get(), GWLP_USERDATA, reinterpret_cast<LONG_PTR>(this));
}

LRESULT CALLBACK LoanDesk::procedure(HWND window, UINT message, WPARAM wide, LPARAM other) {
    auto* self = reinterpret_cast<LoanDesk*>(GetWindowLongPtrW(window, GWLP_USERDATA));
    if (self && message == WM_COPYDATA && other) {
        return self->take(*reinterpret_cast<const COPYDATASTRUCT*>(other)) ? TRUE : FALSE;
    }
    return DefWindowProcW(window, message, wide, other);
}

void LoanDesk::handle(const LoanCommand& command) {
    std::visit([this](const auto& one) { handleOne(one); }, command);
}

void LoanDesk::handleOne(const LoanHandling& handling) {
    wanted_.clear();
    for (const std::string& extension : handling.extensions) {
        // Whatever the host says: what runs when it is opened stays what it is.
        if (!isProgramName(utf16From("x." + extension), {})) wanted_.insert(wideFrom(extension));
    }
    takeExtensions(wanted_, log_);
}

void LoanDesk::handleOne(const LoanAnswer& answer) {
    if (unanswered_.erase(answer.loanId) != 0 && !answer.taken) openHere(answer.loanId);
}

void LoanDesk::disconnected() {
    wanted_.clear();
    for (const std::string& loanId : std::exchange(unanswered_, {})) openHere(loanId);
}

bool LoanDesk::take(const COPYDATASTRUCT& data) {
    if (data.dwData != loanData || !data.lpData || data.cbData % sizeof(wchar_t) != 0 ||
        data.cbData > mostPathUnits * sizeof(wchar_t)) {
        return false;
    }
    const std::wstring path(static_cast<const wchar_t*>(data.lpData), data.cbData / sizeof(wchar_t));
    const std::string name = utf8From(path.substr(path.rfind(L'\\') + 1));
    // What is no text does not come back as it was.
    if (wideFrom(utf8From(path)) != path || !isWholePath(path) || !isPlainFileName(name) || wanted_.count(extensionOf(path)) == 0) return false;
    // Taken all the same: opening them here would be the same flood.
    if (isTooMany()) return true;
    const std::string loanId = loans_.lend(path);
    if (loanId.empty()) return false;
    unanswered_.insert(loanId);
    host_.control(loanOfferMessage(loanId, name));
    return true;
}

bool LoanDesk::isTooMany() {
    const uint64_t now = nowMs();
    while (!recent_.empty() && now - recent_.front() >= recentMs) recent_.pop_front();
    const bool many = recent_.size() >= mostRecent;
    if (many && !dropping_) log_.write(LogLevel::warn, "loans: too many in a short time, some are dropped");
    dropping_ = many;
    if (!many) recent_.push_back(now);
    return many;
}

void LoanDesk::openHere(const std::string& loanId) {
    if (const auto path = loans_.pathOf(loanId)) launcher_.open(0, *path, L"");
}

unsigned handFileOver(const std::wstring& asked) {
    const std::wstring path = wholePath(asked);
    if (!isFile(path)) return wrongSetUp;
    if (!isOfHost(path) && agentTakes(path)) return endedByDesign;
    return openFileNow(0, path).outcome == LaunchOutcome::started ? endedByDesign : cannotOpenFile;
}

}  // namespace xpane
