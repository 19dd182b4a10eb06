// A save of the file that the program was opened with: in place, with content that nothing could make smaller.
#include "program.h"

#include <random>
#include <string>
#include <vector>

namespace bench {

void saveFile(const char* commandLine) {
    std::string path = commandLine;
    if (path.size() > 2 && path.front() == '"') path = path.substr(1, path.size() - 2);
    HANDLE file = CreateFileA(path.c_str(), GENERIC_WRITE, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) return;
    LARGE_INTEGER size = {};
    GetFileSizeEx(file, &size);
    std::mt19937 random(GetTickCount());
    std::vector<std::uint32_t> piece(1 << 18);
    for (LONGLONG left = size.QuadPart; left > 0;) {
        for (std::uint32_t& word : piece) word = random();
        const LONGLONG pieceBytes = static_cast<LONGLONG>(piece.size() * sizeof(std::uint32_t));
        const DWORD wanted = static_cast<DWORD>(left < pieceBytes ? left : pieceBytes);
        DWORD written = 0;
        if (!WriteFile(file, piece.data(), wanted, &written, nullptr) || written == 0) break;
        left -= written;
    }
    CloseHandle(file);
}

}  // namespace bench
