// Winsock for as long as it lives.
#pragma once

#include "win/windows.h"

namespace xpane {

class Network {
public:
    Network() noexcept {
        WSADATA data;
        error_ = WSAStartup(MAKEWORD(2, 2), &data);
    }
    ~Network() {
        if (error_ == 0) WSACleanup();
    }
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;
    explicit operator bool() const noexcept { return error_ == 0; }

private:
    int error_;
};

}  // namespace xpane
