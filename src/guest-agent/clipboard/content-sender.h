// Content of the guest's clipboard on its way to the host, which asked for it: as much at once as the window allows.
// Pure; lives on the main thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "channel/outbox.h"
#include "protocol/commands.h"

namespace xpane {

class ContentSender {
public:
    explicit ContentSender(Outbox& host) : host_(host) {}

    // Each gives the violation, or nothing.
    std::string requested(const ClipboardRequest& request);
    std::string acknowledged(const ClipboardAck& ack);
    std::string cancelled(const ClipboardCancel& cancel);

    // The answer is being made; nothing happens for one that is over.
    void tellProgress(uint32_t requestId);
    // The answer to a request; nothing happens for one that is over.
    void give(uint32_t requestId, std::string content);
    void refuse(uint32_t requestId, ClipboardRefusalReason reason);
    // As much as windows and line take now.
    void send();
    // Another connection: ids begin anew.
    void clear();

private:
    struct Content {
        bool answered = false;
        std::string bytes;
        int64_t sent = 0, acknowledged = 0;
    };
    bool sendPiece(uint32_t requestId, Content& content);

    Outbox& host_;
    std::map<uint32_t, Content> open_;
    uint32_t lastId_ = 0;
};

}  // namespace xpane
