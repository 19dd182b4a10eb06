#include "files/document-use.h"

#include <algorithm>

#include "files/file-kinds.h"
#include "win/unicode.h"

namespace xpane {
namespace {

constexpr size_t mostTitles = 1024;
constexpr size_t mostPrograms = 64;  // of one document
constexpr int mostTitleUnits = 512;

BOOL CALLBACK collectTitle(HWND window, LPARAM parameter) {
    auto& titles = *reinterpret_cast<std::vector<std::wstring>*>(parameter);
    wchar_t title[mostTitleUnits] = L"";
    // Asks Windows, not the program, which may hang.
    if (IsWindowVisible(window) && InternalGetWindowText(window, title, mostTitleUnits) > 0) titles.push_back(title);
    return titles.size() < mostTitles;
}

}  // namespace

void DocumentUse::opened(const std::string& documentId, UniqueHandle process) {
    std::vector<UniqueHandle>& programs = programs_[documentId];
    if (programs.size() < mostPrograms) programs.push_back(std::move(process));
}

void DocumentUse::look() {
    titles_.clear();
    EnumWindows(collectTitle, reinterpret_cast<LPARAM>(&titles_));
    for (auto entry = programs_.begin(); entry != programs_.end();) {
        std::vector<UniqueHandle>& programs = entry->second;
        programs.erase(std::remove_if(programs.begin(), programs.end(),
                                      [](const UniqueHandle& program) {
                                          return WaitForSingleObject(program.get(), 0) != WAIT_TIMEOUT;
                                      }),
                       programs.end());
        entry = programs.empty() ? programs_.erase(entry) : std::next(entry);
    }
}

bool DocumentUse::isNamed(const FileName& file) const {
    const std::u16string name = utf16From(file.path.back());
    return std::any_of(titles_.begin(), titles_.end(), [&name](const std::wstring& title) {
        return titleNames({reinterpret_cast<const char16_t*>(title.data()), title.size()}, name);
    });
}

}  // namespace xpane
