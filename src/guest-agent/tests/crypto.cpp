#include "crypto/sha.h"

#include "crypto/base64.h"
#include "crypto/fnv.h"
#include "crypto/hex.h"
#include "tests/check.h"

using namespace xpane;

// FIPS 180-4's examples.
TEST("SHA-1 gives the published digests") {
    CHECK_EQUAL(hexOf(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK_EQUAL(hexOf(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK_EQUAL(hexOf(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

TEST("SHA-256 gives the published digests") {
    CHECK_EQUAL(hexOf(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK_EQUAL(hexOf(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_EQUAL(hexOf(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK_EQUAL(hexOf(sha256(std::string(1000000, 'a'))),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// RFC 4231, test cases 1, 2, 3 and 6 (a key longer than a block).
TEST("HMAC-SHA256 gives the published codes") {
    CHECK_EQUAL(hexOf(hmacSha256(std::string(20, '\x0b'), "Hi There")),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK_EQUAL(hexOf(hmacSha256("Jefe", "what do ya want for nothing?")),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK_EQUAL(hexOf(hmacSha256(std::string(20, '\xaa'), std::string(50, '\xdd'))),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    CHECK_EQUAL(hexOf(hmacSha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST("constant-time comparison tells equal from different") {
    CHECK(equalInConstantTime("same", "same"));
    CHECK(equalInConstantTime("", ""));
    CHECK(!equalInConstantTime("same", "sbme"));
    CHECK(!equalInConstantTime("same", "samf"));
    CHECK(!equalInConstantTime("same", "sam"));
}

// RFC 4648, section 10.
TEST("base64 gives the published texts") {
    CHECK_EQUAL(base64Of(""), "");
    CHECK_EQUAL(base64Of("f"), "Zg==");
    CHECK_EQUAL(base64Of("fo"), "Zm8=");
    CHECK_EQUAL(base64Of("foo"), "Zm9v");
    CHECK_EQUAL(base64Of("foobar"), "Zm9vYmFy");
}

TEST("a WebSocket key is the base64 of 16 bytes and nothing else") {
    CHECK(isBase64Of("dGhlIHNhbXBsZSBub25jZQ==", 16));
    CHECK(!isBase64Of("dGhlIHNhbXBsZSBub25jZQ=", 16));
    CHECK(!isBase64Of("dGhlIHNhbXBsZSBub25jZQAA", 16));
    CHECK(!isBase64Of("dGhlIHNhbXBsZSBub25j Q==", 16));
    CHECK(!isBase64Of("", 16));
}

TEST("hex goes both ways, lower case only") {
    CHECK_EQUAL(hexOf(std::string_view("\x00\x7f\xff", 3)), "007fff");
    CHECK_EQUAL(hexOf(uint64_t{0x0123456789abcdef}), "0123456789abcdef");
    CHECK(bytesOfHex("007fff") == std::string("\x00\x7f\xff", 3));
    CHECK(!bytesOfHex("00F0"));
    CHECK(!bytesOfHex("000"));
    CHECK(isLowerHex("abc1", 4));
    CHECK(!isLowerHex("abc1", 5));
}

// From the FNV reference's own test suite.
TEST("FNV-1a gives the published hashes") {
    CHECK_EQUAL(Fnv1a().value(), 0xcbf29ce484222325ull);
    Fnv1a hash;
    hash.add("foobar");
    CHECK_EQUAL(hash.value(), 0x85944171f73967e8ull);
}
