#include "start-menu/shortcut.h"

#include "start-menu/icon-file.h"
#include "start-menu/listing.h"
#include "start-menu/scan.h"
#include "tests/check.h"
#include "win/com.h"
#include "win/random.h"
#include "win/unicode.h"

#include "crypto/hex.h"

#include <shlobj.h>

using namespace xpane;

namespace {

constexpr wchar_t notepad[] = L"C:\\windows\\system32\\notepad.exe";

// A folder in the user's temporary one, with what is in it (one level) gone at the end.
class ScratchFolder {
public:
    ScratchFolder() {
        wchar_t base[MAX_PATH];
        GetTempPathW(MAX_PATH, base);
        path_ = base + wideFrom("xpane-" + hexOf(randomBytes(4)));
        CreateDirectoryW(path_.c_str(), nullptr);
    }
    ~ScratchFolder() {
        for (const auto& file : shortcutsIn({path_})) DeleteFileW(file.path.c_str());
        RemoveDirectoryW((path_ + L"\\Sub").c_str());
        RemoveDirectoryW(path_.c_str());
    }
    const std::wstring& path() const { return path_; }

private:
    std::wstring path_;
};

void write(const std::wstring& path, const wchar_t* target, const wchar_t* arguments) {
    ComPointer<IShellLinkW> link;
    ComPointer<IPersistFile> file;
    CHECK(SUCCEEDED(CoCreateInstance(CLSID_ShellLink, nullptr, CLSCTX_INPROC_SERVER, IID_IShellLinkW, link.out())));
    CHECK(SUCCEEDED(link->QueryInterface(IID_IPersistFile, file.out())));
    link->SetPath(target);
    link->SetArguments(arguments);
    link->SetWorkingDirectory(L"%windir%");
    link->SetIconLocation(notepad, 0);
    CHECK(SUCCEEDED(file->Save(path.c_str(), TRUE)));
}

}  // namespace

TEST("a shortcut is read as it was written") {
    const ComApartment apartment;
    const ScratchFolder folder;
    const std::wstring path = folder.path() + L"\\Gr\u00fc\u00dfe.lnk";
    write(path, notepad, L"/a \"b c\"");
    const auto shortcut = shortcutAt(path);
    CHECK(shortcut.has_value());
    CHECK_EQUAL(utf8From(shortcut->target), utf8From(notepad));
    CHECK_EQUAL(utf8From(shortcut->arguments), "/a \"b c\"");
    CHECK_EQUAL(utf8From(shortcut->workingFolder).substr(1, 2), ":\\");
    CHECK(!shortcut->forShellOnly);
    CHECK(!shortcutAt(folder.path() + L"\\none.lnk"));
}

TEST("folders are listed with their own, a later folder's shortcut before an earlier one's") {
    const ComApartment apartment;
    const ScratchFolder everybody, user;
    CreateDirectoryW((user.path() + L"\\Sub").c_str(), nullptr);
    write(everybody.path() + L"\\Tool.lnk", notepad, L"everybody");
    write(user.path() + L"\\tool.LNK", notepad, L"user");
    write(user.path() + L"\\Sub\\Other.lnk", notepad, L"");
    const auto files = shortcutsIn({everybody.path(), user.path(), L"C:\\no such folder"});
    CHECK_EQUAL(files.size(), size_t{2});
    const Catalogue catalogue = catalogueOf(files, {});
    CHECK_EQUAL(catalogue.size(), size_t{2});
    const auto tool = catalogue.find(applicationIdOf("tool.lnk"));
    CHECK(tool != catalogue.end() && tool->second.application.arguments == "user");
    const auto other = catalogue.find(applicationIdOf("sub\\other.lnk"));
    CHECK(other != catalogue.end() && other->second.application.folder == std::vector<std::string>{"Sub"});
    DeleteFileW((user.path() + L"\\Sub\\Other.lnk").c_str());
}

TEST("an icon has both its shape and its picture") {
    const auto icon = iconIn(notepad, 0);
    CHECK(icon != nullptr);
    if (!icon) return;
    CHECK_EQUAL(icon->width, icon->height);
    size_t clear = 0, opaque = 0;
    for (const uint32_t pixel : icon->pixels) {
        if (pixel >> 24 == 0) ++clear;
        if (pixel >> 24 == 255) ++opaque;
    }
    CHECK(clear > 0 && opaque > 0);
    CHECK(!iconIn(L"C:\\windows\\win.ini", 0));
    CHECK(!iconIn(L"C:\\no such file", 0));
    CHECK(!iconIn(L"", 0));
    CHECK(!iconIn(notepad, 9999));
    CHECK(!iconIn(notepad, -9999));
}
