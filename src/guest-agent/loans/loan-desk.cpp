#include "loans/loan-desk.h"

#include <cstring>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "files/document-store.h"
#include "files/file-kinds.h"
#include "loans/associations.h"
#include "process/exit-codes.h"
#include "protocol/encode-files.h"
#include "protocol/file-name.h"
#include "shares/drive.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr size_t mostPathUnits = 32767;
constexpr HandOverKind openedFiles = {"loans", L"XPaneAgentLoans", 0x4c4f4e31 /* "LON1" */,
                                      mostPathUnits * sizeof(wchar_t)};

std::string bytesOf(const std::wstring& text) {
    return {reinterpret_cast<const char*>(text.data()), text.size() * sizeof(wchar_t)};
}

// Empty: it was no text.
std::wstring textOf(const std::string& bytes) {
    if (bytes.size() % sizeof(wchar_t) != 0) return {};
    std::wstring text(bytes.size() / sizeof(wchar_t), 0);
    std::memcpy(text.data(), bytes.data(), text.size() * sizeof(wchar_t));
    return text;
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

// A file of the host that is open in the guest does not go back to be opened there, by whatever drive it is asked for.
bool isOfHost(const std::wstring& asked) {
    const std::wstring documents = behindDrives(localAppData() + L"\\XPane\\");
    const std::wstring path = behindDrives(asked);
    return path.size() > documents.size() && lstrcmpiW(path.substr(0, documents.size()).c_str(), documents.c_str()) == 0;
}

bool isWholePath(const std::wstring& path) {
    return path.find(L'\0') == path.npos && path.size() > 3 &&
           (path.compare(1, 2, L":\\") == 0 || path.compare(0, 2, L"\\\\") == 0);
}

}  // namespace

LoanDesk::LoanDesk(Outbox& host, LoanTable& loans, Launcher& launcher, Log& log)
    : host_(host),
      loans_(loans),
      launcher_(launcher),
      log_(log),
      handOver_(openedFiles, [this](const std::string& path) { return take(textOf(path)); }, log) {}

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

bool LoanDesk::take(const std::wstring& path) {
    const std::string name = utf8From(path.substr(path.rfind(L'\\') + 1));
    // What is no text does not come back as it was.
    if (wideFrom(utf8From(path)) != path || !isWholePath(path) || !isPlainFileName(name) ||
        wanted_.count(extensionOf(path)) == 0) {
        return false;
    }
    // Taken all the same: opening them here would be the same flood.
    if (handOver_.isTooMany()) return true;
    const std::string loanId = loans_.lend(path);
    if (loanId.empty()) return false;
    unanswered_.insert(loanId);
    host_.control(loanOfferMessage(loanId, name));
    return true;
}

void LoanDesk::openHere(const std::string& loanId) {
    if (const auto path = loans_.pathOf(loanId)) launcher_.open(0, *path, L"");
}

unsigned handFileOver(const std::wstring& asked) {
    const std::wstring path = wholePath(asked);
    if (!isFile(path)) return wrongSetUp;
    if (!isOfHost(path) && agentTakes(openedFiles, bytesOf(path))) return endedByDesign;
    return openFileNow(0, path).outcome == LaunchOutcome::started ? endedByDesign : cannotOpenFile;
}

}  // namespace xpane
