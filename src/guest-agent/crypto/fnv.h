// FNV-1a, 64 bits: short, stable names for things. Not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace xpane {

class Fnv1a {
public:
    void add(uint8_t byte) { value_ = (value_ ^ byte) * 1099511628211ull; }
    void add(std::string_view bytes) {
        for (const char byte : bytes) add(static_cast<uint8_t>(byte));
    }
    uint64_t value() const { return value_; }

private:
    uint64_t value_ = 14695981039346656037ull;
};

}  // namespace xpane
