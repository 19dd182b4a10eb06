#include "icon/icon-image.h"

#include "crypto/fnv.h"
#include "crypto/hex.h"

namespace xpane {
namespace {

constexpr uint8_t kindIcon = 2;
constexpr size_t headerBytes = 16;

// The low `bytes` bytes of a value, least significant first.
template <typename Sink>
void littleEndian(uint64_t value, int bytes, Sink sink) {
    for (int i = 0; i < bytes; ++i) sink(static_cast<uint8_t>(value >> (8 * i)));
}

}  // namespace

uint64_t iconHash(const IconImage& icon) {
    Fnv1a hash;
    const auto add = [&hash](uint8_t byte) { hash.add(byte); };
    littleEndian(static_cast<uint64_t>(icon.width), 2, add);
    littleEndian(static_cast<uint64_t>(icon.height), 2, add);
    for (const uint32_t pixel : icon.pixels) littleEndian(pixel, 4, add);
    return hash.value();
}

std::string iconIdOf(uint64_t hash) { return hexOf(hash); }

std::vector<uint8_t> encodeIcon(uint64_t hash, const IconImage& icon) {
    std::vector<uint8_t> message;
    message.reserve(headerBytes + icon.pixels.size() * 4);
    const auto put = [&message](uint8_t byte) { message.push_back(byte); };
    put(kindIcon);
    put(0);
    littleEndian(static_cast<uint64_t>(icon.width), 2, put);
    littleEndian(static_cast<uint64_t>(icon.height), 2, put);
    littleEndian(0, 2, put);
    littleEndian(hash, 8, put);
    for (const uint32_t pixel : icon.pixels) littleEndian(pixel, 4, put);
    return message;
}

}  // namespace xpane
