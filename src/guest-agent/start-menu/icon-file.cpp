#include "start-menu/icon-file.h"

#include "icon/icon-pixels.h"
#include "process/small-file.h"
#include "start-menu/icon-directory.h"
#include "win/handles.h"

namespace xpane {
namespace {

constexpr int mostEdgePx = 48, usualEdgePx = 32;
constexpr DWORD mostIconFileBytes = 1024 * 1024;

std::string_view resourceBytes(HMODULE module, HRSRC resource) {
    const HGLOBAL loaded = resource ? LoadResource(module, resource) : nullptr;
    const void* bytes = loaded ? LockResource(loaded) : nullptr;
    if (!bytes) return {};
    return {static_cast<const char*>(bytes), SizeofResource(module, resource)};
}

struct Search {
    int remaining;
    HRSRC found;
};

BOOL CALLBACK countDown(HMODULE module, LPCWSTR type, LPWSTR name, LONG_PTR parameter) {
    auto& search = *reinterpret_cast<Search*>(parameter);
    if (search.remaining-- > 0) return TRUE;
    search.found = FindResourceW(module, name, type);
    return FALSE;
}

// 0: it cannot be told.
int bestEdgeIn(const std::wstring& file, int index) {
    const UniqueModule module(LoadLibraryExW(file.c_str(), nullptr, LOAD_LIBRARY_AS_DATAFILE));
    if (!module) {
        const auto content = contentOf(file, mostIconFileBytes);
        return content ? bestIconEdge(*content, IconDirectory::file, mostEdgePx) : 0;
    }
    Search search{index, nullptr};
    if (index < 0) {
        search.found = FindResourceW(module.get(), MAKEINTRESOURCEW(-index), RT_GROUP_ICON);
    } else {
        EnumResourceNamesW(module.get(), RT_GROUP_ICON, countDown, reinterpret_cast<LONG_PTR>(&search));
    }
    return bestIconEdge(resourceBytes(module.get(), search.found), IconDirectory::resource, mostEdgePx);
}

}  // namespace

std::shared_ptr<const IconImage> iconIn(const std::wstring& file, int index) {
    if (file.empty() || file.size() >= MAX_PATH) return nullptr;
    // Asked for a size that is not there, Windows would scale another one.
    const int best = bestEdgeIn(file, index);
    const int edge = best != 0 ? best : usualEdgePx;
    UniqueIcon icon;
    UINT id = 0;
    const UINT count = PrivateExtractIconsW(file.c_str(), index, edge, edge, icon.out(), &id, 1, 0);
    if (count == 0 || count == static_cast<UINT>(-1)) return nullptr;
    auto pixels = pixelsOf(icon.get());
    return pixels ? std::make_shared<const IconImage>(std::move(*pixels)) : nullptr;
}

}  // namespace xpane
