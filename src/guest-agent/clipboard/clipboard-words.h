// What the main thread and the clipboard's thread say to each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "protocol/commands.h"

namespace xpane {

// The host's clipboard stands here from now on; with no format: no more. Nothing crosses before somebody pastes.
struct TakeOffer { ClipboardOffer offer; };
// The host pastes.
struct ReadContent { uint32_t connection = 0; ClipboardRequest request; };
using ClipboardJob = std::variant<TakeOffer, ReadContent>;

// The guest's clipboard is another.
struct GuestOffer { ClipboardOffer offer; };
struct ContentRead {
    uint32_t connection = 0, requestId = 0;
    std::optional<std::string> content;
    ClipboardRefusalReason reason = ClipboardRefusalReason::failed;  // without content
};
// What the host asked for is being looked for.
struct ReadProgress { uint32_t connection = 0, requestId = 0; };
// A program of the guest pastes what the host offered, and waits. `pasteId`: none is used again.
struct ContentWanted { uint32_t pasteId = 0, offerId = 0; ClipboardFormat format = ClipboardFormat::text; };
// It waits no longer.
struct ContentUnwanted {};
using ClipboardWord = std::variant<GuestOffer, ContentRead, ReadProgress, ContentWanted, ContentUnwanted>;

// To the thread while it waits for content: `bytes` without an end is a sign of life.
struct PasteAnswer { uint32_t pasteId = 0; bool isEnd = false; std::optional<std::string> content; };

}  // namespace xpane
