#include "win/random.h"

#include <stdexcept>

#include "win/windows.h"

#include <wincrypt.h>

namespace xpane {

std::string randomBytes(size_t count) {
    std::string bytes(count, 0);
    HCRYPTPROV provider = 0;
    bool made = false;
    if (CryptAcquireContextW(&provider, nullptr, nullptr, PROV_RSA_FULL, CRYPT_VERIFYCONTEXT | CRYPT_SILENT)) {
        made = CryptGenRandom(provider, static_cast<DWORD>(count), reinterpret_cast<BYTE*>(bytes.data()));
        CryptReleaseContext(provider, 0);
    }
    if (!made) throw std::runtime_error("Windows gives no random bytes");
    return bytes;
}

}  // namespace xpane
