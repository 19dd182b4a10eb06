#include "install/set-up-folder.h"

#include "channel/proof.h"
#include "crypto/hex.h"
#include "crypto/sha.h"
#include "install/exit-codes.h"
#include "install/install-error.h"
#include "install/manifest.h"
#include "process/small-file.h"

namespace xpane {
namespace {

constexpr DWORD mostAgentBytes = 64 * 1024 * 1024;
constexpr DWORD mostTextBytes = 64 * 1024;
constexpr size_t secretDigits = 64;

[[noreturn]] void refuse(const std::string& what) { throw InstallError(installCode::badFolder, what); }

std::string read(const std::wstring& folder, const char* name, DWORD mostBytes) {
    auto content = contentOf(folder + L"\\" + std::wstring(name, name + std::char_traits<char>::length(name)), mostBytes);
    if (!content) refuse(std::string(name) + " is missing, cannot be read or is too long");
    return std::move(*content);
}

std::optional<std::string> secretIn(const std::wstring& folder) {
    const std::string content = read(folder, "secret.key", mostTextBytes);
    if (content == std::string(secretDigits, 0)) return std::nullopt;
    if (!secretOf(content)) refuse("secret.key does not hold 64 hex digits");
    return content.substr(0, secretDigits);
}

}  // namespace

SetUpFolder readSetUpFolder(const std::wstring& folder) {
    const auto hashes = manifestOf(read(folder, "manifest.txt", mostTextBytes));
    const auto checked = [&](const char* name, DWORD mostBytes) {
        std::string content = read(folder, name, mostBytes);
        const auto listed = hashes.find(std::string("xpane/") + name);
        if (listed == hashes.end() || listed->second != hexOf(sha256(content))) {
            refuse(std::string(name) + " is not what manifest.txt says");
        }
        return content;
    };
    const std::string answers = checked("answers.ini", mostTextBytes);
    SetUpFolder found{checked("agent.exe", mostAgentBytes), answersOf(answers), hexOf(sha256(answers)), secretIn(folder)};
    if (found.agent.compare(0, 2, "MZ") != 0) refuse("agent.exe is no program");
    return found;
}

}  // namespace xpane
