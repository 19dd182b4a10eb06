#include "files/document-digest.h"

#include <algorithm>
#include <vector>

#include "crypto/hex.h"
#include "crypto/sha.h"

namespace xpane {

std::string documentDigest(const std::map<FileName, uint64_t>& stamps) {
    std::vector<std::string> lines;
    for (const auto& [file, stamp] : stamps) {
        std::string line;
        for (const std::string& name : file.path) line += (line.empty() ? "" : "/") + name;
        lines.push_back(line + '\0' + hexOf(stamp) + '\n');
    }
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const std::string& line : lines) all += line;
    return hexOf(sha256(all));
}

}  // namespace xpane
