// Files and folders on the disk, by paths of any length (with the prefix that Windows has for those).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/encode-files.h"
#include "win/handles.h"

namespace xpane {

// What a Win32 error means for a transfer.
TransferOutcome transferOutcomeOf(DWORD systemError);

UniqueHandle openFile(const std::wstring& path, DWORD access, DWORD share, DWORD disposition);
// Nothing for what is no file.
std::optional<FileState> stateOf(HANDLE file);
// Without any claim on the file: nobody who wants to open or replace it notices.
std::optional<FileState> stateAt(const std::wstring& path);
FILETIME fileTimeOf(int64_t unixMs);

// How programs have a file open at this moment. To find out it is claimed for some microseconds.
struct FileClaims { bool open = false, writing = false; };
FileClaims claimsOn(const std::wstring& path);

// True if it is there afterwards.
bool makeFolder(const std::wstring& path);
// Removes it with all in it; of links only themselves. What cannot be removed stays.
void removeTree(const std::wstring& path);

struct FolderEntry {
    std::wstring name;
    bool isFolder = false, isLink = false;
};
// Without "." and "..". None of a folder that cannot be read.
std::vector<FolderEntry> entriesOf(const std::wstring& folder);
bool isReadableFolder(const std::wstring& folder);

}  // namespace xpane
