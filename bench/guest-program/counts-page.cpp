// Two numbers: the handles that xpane-agent.exe has open, and the guest's top-level windows.
#include "program.h"

#include <tlhelp32.h>

#include <cwchar>
#include <vector>

namespace bench {

namespace {

constexpr ULONG systemHandleInformation = 16;
constexpr LONG infoLengthMismatch = static_cast<LONG>(0xc0000004);

struct HandleEntry {
    ULONG owner;
    BYTE type;
    BYTE flags;
    USHORT handle;
    void* object;
    ULONG access;
};

int handles = 0;
int windows = 0;

DWORD agentProcess() {
    DWORD found = 0;
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {};
    entry.dwSize = sizeof(entry);
    // The supervisor has the same name and starts the other: the later one does the work.
    for (BOOL more = Process32FirstW(snapshot, &entry); more; more = Process32NextW(snapshot, &entry)) {
        if (_wcsicmp(entry.szExeFile, L"xpane-agent.exe") == 0) found = entry.th32ProcessID;
    }
    CloseHandle(snapshot);
    return found;
}

int handlesOf(DWORD process) {
    using Query = LONG(WINAPI*)(ULONG, void*, ULONG, ULONG*);
    const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    const auto query = reinterpret_cast<Query>(
        reinterpret_cast<void*>(GetProcAddress(ntdll, "NtQuerySystemInformation")));
    if (!query || process == 0) return 0;
    std::vector<BYTE> answer(1 << 16);
    LONG status;
    while ((status = query(systemHandleInformation, answer.data(), static_cast<ULONG>(answer.size()), nullptr)) ==
           infoLengthMismatch) {
        answer.resize(answer.size() * 2);
    }
    if (status != 0) return 0;
    const ULONG count = *reinterpret_cast<const ULONG*>(answer.data());
    const auto* entries = reinterpret_cast<const HandleEntry*>(answer.data() + sizeof(ULONG));
    int found = 0;
    for (ULONG index = 0; index < count; ++index) found += entries[index].owner == process ? 1 : 0;
    return found;
}

BOOL CALLBACK countWindow(HWND, LPARAM) {
    ++windows;
    return TRUE;
}

}  // namespace

void takeCounts() {
    windows = 0;
    EnumWindows(countWindow, 0);
    handles = handlesOf(agentProcess());
}

void paintCounts(HDC dc) {
    fill(dc, {0, 0, clientWidth, clientHeight}, white);
    drawCode(dc, 0, 0, handles);
    drawCode(dc, 0, framesHeight - codeHeight, windows);
}

}  // namespace bench
