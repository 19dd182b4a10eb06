#include "win/random.h"

#include <stdexcept>

#include "win/windows.h"

#include <wincrypt.h>

namespace xpane {
namespace {

// Kept open to the end: to open it loads a library and reads the registry, which the host would wait for in every
// handshake (0.1 s in a guest that has just been resumed without an accelerator).
HCRYPTPROV provider() {
    static const HCRYPTPROV opened = [] {
        HCRYPTPROV handle = 0;
        const DWORD flags = CRYPT_VERIFYCONTEXT | CRYPT_SILENT;
        return CryptAcquireContextW(&handle, nullptr, nullptr, PROV_RSA_FULL, flags) ? handle : 0;
    }();
    return opened;
}

}  // namespace

std::string randomBytes(size_t count) {
    std::string bytes(count, 0);
    if (!CryptGenRandom(provider(), static_cast<DWORD>(count), reinterpret_cast<BYTE*>(bytes.data()))) {
        throw std::runtime_error("Windows gives no random bytes");
    }
    return bytes;
}

}  // namespace xpane
