#include "install/manifest.h"

#include "crypto/hex.h"
#include "install/exit-codes.h"
#include "install/install-error.h"

namespace xpane {
namespace {

constexpr size_t hashDigits = 64;
constexpr std::string_view between = "  ";

}  // namespace

std::map<std::string, std::string> manifestOf(std::string_view text) {
    std::map<std::string, std::string> hashes;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const bool whole = end != text.npos && line.size() > hashDigits + between.size() &&
                           isLowerHex(line.substr(0, hashDigits), hashDigits) &&
                           line.substr(hashDigits, between.size()) == between;
        if (!whole) throw InstallError(installCode::badFolder, "manifest.txt: a line is not whole");
        hashes.emplace(line.substr(hashDigits + between.size()), line.substr(0, hashDigits));
        text.remove_prefix(end + 1);
    }
    return hashes;
}

}  // namespace xpane
