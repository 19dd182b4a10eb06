#include "crypto/sha.h"

#include <array>
#include <cstdint>

namespace xpane {
namespace {

constexpr size_t blockBytes = 64;

uint32_t rotatedLeft(uint32_t value, int bits) { return value << bits | value >> (32 - bits); }
uint32_t rotatedRight(uint32_t value, int bits) { return value >> bits | value << (32 - bits); }

uint32_t bigEndian(const char* bytes) {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
    return value;
}

// Both hashes pad alike: a one bit, zeros, the length in bits.
std::string padded(std::string_view message) {
    std::string result(message);
    result.push_back(static_cast<char>(0x80));
    while (result.size() % blockBytes != blockBytes - 8) result.push_back(0);
    const uint64_t bits = static_cast<uint64_t>(message.size()) * 8;
    for (int shift = 56; shift >= 0; shift -= 8) result.push_back(static_cast<char>(bits >> shift));
    return result;
}

template <size_t words>
std::string bytesOf(const std::array<uint32_t, words>& state) {
    std::string bytes;
    for (const uint32_t word : state) {
        for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(word >> shift));
    }
    return bytes;
}

using Sha1State = std::array<uint32_t, 5>;
using Sha256State = std::array<uint32_t, 8>;

void sha1Block(Sha1State& state, const char* block) {
    uint32_t schedule[80];
    for (int i = 0; i < 16; ++i) schedule[i] = bigEndian(block + 4 * i);
    for (int i = 16; i < 80; ++i) {
        schedule[i] = rotatedLeft(schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16], 1);
    }
    auto [a, b, c, d, e] = state;
    for (int i = 0; i < 80; ++i) {
        const uint32_t mixed = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                               : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                               : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                                        : (b ^ c ^ d) + 0xca62c1d6;
        const uint32_t next = rotatedLeft(a, 5) + mixed + e + schedule[i];
        e = d;
        d = c;
        c = rotatedLeft(b, 30);
        b = a;
        a = next;
    }
    const Sha1State sum{a, b, c, d, e};
    for (size_t i = 0; i < sum.size(); ++i) state[i] += sum[i];
}

constexpr uint32_t sha256Constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

void sha256Block(Sha256State& state, const char* block) {
    uint32_t schedule[64];
    for (int i = 0; i < 16; ++i) schedule[i] = bigEndian(block + 4 * i);
    for (int i = 16; i < 64; ++i) {
        const uint32_t w15 = schedule[i - 15], w2 = schedule[i - 2];
        const uint32_t s0 = rotatedRight(w15, 7) ^ rotatedRight(w15, 18) ^ w15 >> 3;
        const uint32_t s1 = rotatedRight(w2, 17) ^ rotatedRight(w2, 19) ^ w2 >> 10;
        schedule[i] = schedule[i - 16] + s0 + schedule[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (int i = 0; i < 64; ++i) {
        const uint32_t s1 = rotatedRight(e, 6) ^ rotatedRight(e, 11) ^ rotatedRight(e, 25);
        const uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + sha256Constants[i] + schedule[i];
        const uint32_t s0 = rotatedRight(a, 2) ^ rotatedRight(a, 13) ^ rotatedRight(a, 22);
        const uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    const Sha256State sum{a, b, c, d, e, f, g, h};
    for (size_t i = 0; i < sum.size(); ++i) state[i] += sum[i];
}

}  // namespace

std::string sha1(std::string_view message) {
    Sha1State state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    const std::string blocks = padded(message);
    for (size_t at = 0; at < blocks.size(); at += blockBytes) sha1Block(state, blocks.data() + at);
    return bytesOf(state);
}

std::string sha256(std::string_view message) {
    Sha256State state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const std::string blocks = padded(message);
    for (size_t at = 0; at < blocks.size(); at += blockBytes) sha256Block(state, blocks.data() + at);
    return bytesOf(state);
}

std::string hmacSha256(std::string_view key, std::string_view message) {
    std::string block = key.size() > blockBytes ? sha256(key) : std::string(key);
    block.resize(blockBytes, 0);
    std::string inner = block, outer = block;
    for (char& byte : inner) byte = static_cast<char>(byte ^ 0x36);
    for (char& byte : outer) byte = static_cast<char>(byte ^ 0x5c);
    return sha256(outer + sha256(inner.append(message)));
}

bool equalInConstantTime(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    // volatile: the compiler may not find out early either.
    volatile uint8_t difference = 0;
    for (size_t i = 0; i < a.size(); ++i) difference = difference | static_cast<uint8_t>(a[i] ^ b[i]);
    return difference == 0;
}

}  // namespace xpane
