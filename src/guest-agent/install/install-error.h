// Why an installation ends early.
#pragma once

#include <stdexcept>
#include <string>

namespace xpane {

class InstallError : public std::runtime_error {
public:
    // `code`: exit-codes.h. `text`: a line for the log, UTF-8, without secrets.
    InstallError(unsigned code, const std::string& text) : std::runtime_error(text), code_(code) {}
    unsigned code() const { return code_; }

private:
    unsigned code_;
};

}  // namespace xpane
