#include "printing/driver-cabinets.h"

#include <algorithm>
#include <cwchar>

#include "win/handles.h"

#include <setupapi.h>

namespace xpane {
namespace {

// A service pack's files are newer.
constexpr const wchar_t* cabinets[] = {L"driver.cab", L"sp1.cab", L"sp2.cab", L"sp3.cab"};

struct Search {
    const std::vector<std::wstring>& names;
    const std::wstring& folder;
    std::vector<std::wstring> found;
};

UINT CALLBACK onFile(void* context, UINT what, UINT_PTR fact, UINT_PTR) {
    if (what != SPFILENOTIFY_FILEINCABINET) return NO_ERROR;
    Search& search = *static_cast<Search*>(context);
    auto& file = *reinterpret_cast<FILE_IN_CABINET_INFO_W*>(fact);
    const auto name = std::find_if(search.names.begin(), search.names.end(), [&file](const std::wstring& one) {
        return _wcsicmp(one.c_str(), file.NameInCabinet) == 0;
    });
    if (name == search.names.end()) return FILEOP_SKIP;
    const std::wstring target = search.folder + L'\\' + *name;
    if (target.size() >= MAX_PATH) return FILEOP_SKIP;
    std::copy(target.c_str(), target.c_str() + target.size() + 1, file.FullTargetName);
    if (std::find(search.found.begin(), search.found.end(), *name) == search.found.end()) search.found.push_back(*name);
    return FILEOP_DOIT;
}

}  // namespace

std::vector<std::wstring> filesFromCabinets(const std::vector<std::wstring>& names, const std::wstring& folder) {
    Search search{names, folder, {}};
    wchar_t windows[MAX_PATH] = L"";
    const UINT units = GetWindowsDirectoryW(windows, MAX_PATH);
    const UniqueModule setup(LoadLibraryW(L"setupapi.dll"));
    if (units == 0 || units >= MAX_PATH || !setup) return {};
    const FARPROC exported = GetProcAddress(setup.get(), "SetupIterateCabinetW");
    if (!exported) return {};
    const auto iterate = reinterpret_cast<decltype(&SetupIterateCabinetW)>(reinterpret_cast<void*>(exported));
    for (const wchar_t* cabinet : cabinets) {
        iterate((std::wstring(windows) + L"\\Driver Cache\\i386\\" + cabinet).c_str(), 0, onFile, &search);
    }
    return search.found;
}

}  // namespace xpane
