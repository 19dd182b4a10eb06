// What the host asks for, already checked against the protocol's maxima (see src/guest-bridge/protocol).
// Parsed by protocol/parse.cpp; acted on by the room that owns the subject.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/limits.h"

namespace xpane {

struct Rect {
    int x = 0, y = 0, width = 0, height = 0;
};
inline bool operator==(const Rect& a, const Rect& b) {
    return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}
inline bool operator!=(const Rect& a, const Rect& b) { return !(a == b); }

enum class ShowState { normal, minimised, maximised, fullScreen };
enum class FrameMode { host, guest };

struct Welcome {
    uint32_t heartbeatMs = 5000;
    uint32_t frameWindow = 2;
    int64_t fileWindowBytes = transferWindowBytes;
};
struct DesktopConfigure {
    Rect workArea;
    FrameMode frame = FrameMode::host;
    std::optional<Rect> screen;  // of the host, at 0, 0
};
struct SetTime { int64_t unixMs = 0; };  // since 1970, UTC
enum class GuestLog { agent, installer };
struct LogRequest { uint32_t requestId = 0; GuestLog log = GuestLog::agent; };
struct Launch { uint32_t requestId = 0; std::string applicationId; };
struct WindowMove { uint32_t windowId = 0; Rect surface; uint32_t serial = 0; };
struct WindowActivate { uint32_t windowId = 0; };
struct WindowClose { uint32_t windowId = 0; };
struct WindowEnd { uint32_t windowId = 0; };
struct WindowState { uint32_t windowId = 0; ShowState state = ShowState::normal; };
struct DismissMenus {};
struct Deactivate {};
struct Key { uint16_t scancode = 0; bool extended = false; bool down = false; };
struct KeyCancel { uint16_t scancode = 0; bool extended = false; };
struct LockState { bool caps = false, num = false, scroll = false; };
struct Text { std::u16string text; };
struct PointerMove { uint32_t windowId = 0; int x = 0, y = 0; };
struct PointerButton {
    uint32_t windowId = 0;
    int x = 0, y = 0;
    uint8_t button = 1;
    bool down = false;
    std::optional<uint32_t> sinceMs;  // the last button event, by the host's clock
};
struct PointerRelative { uint32_t windowId = 0; int dx = 0, dy = 0; };
struct Wheel { uint32_t windowId = 0; int x = 0, y = 0, vertical = 0, horizontal = 0; };
struct ReleaseAll {};
struct FrameAck { uint32_t windowId = 0; uint32_t sequence = 0; };
struct DestroyedAck { uint32_t windowId = 0; };
struct Refresh { uint32_t windowId = 0; };

enum class ClickAction { down, up, twice };
// On an icon of the notification area; screen coordinates.
struct TrayClick {
    uint32_t trayId = 0;
    uint8_t button = 1;  // 1 left, 2 right, 3 middle
    ClickAction action = ClickAction::down;
    int x = 0, y = 0;
};
struct BalloonClick { uint32_t trayId = 0; };

// A file's place: its document's id (16 hex digits), and plain names from the document's folder down (file-name.h).
struct FileName {
    std::string documentId;
    std::vector<std::string> path;  // UTF-8, 1 to mostDocumentDepth
};
inline bool operator==(const FileName& a, const FileName& b) {
    return a.documentId == b.documentId && a.path == b.path;
}
inline bool operator<(const FileName& a, const FileName& b) {
    return a.documentId != b.documentId ? a.documentId < b.documentId : a.path < b.path;
}

struct FilePut {
    uint32_t transferId = 0;
    FileName file;
    int64_t sizeBytes = 0, modifiedUnixMs = 0;
    bool readOnly = false;
    std::optional<std::string> expect;  // a stamp (16 hex digits) or expectAbsent: what is replaced
};
constexpr char expectAbsent[] = "absent";
struct FileGet { uint32_t transferId = 0; FileName file; };
struct TransferAck { uint32_t transferId = 0; int64_t bytes = 0; };
struct TransferCancel { uint32_t transferId = 0; };
struct FileOpen { uint32_t requestId = 0; FileName file; std::optional<std::string> applicationId; };
// Files that the user dropped on a window, at a point of its surface; 1 to mostDroppedFiles.
struct FileDrop {
    uint32_t requestId = 0, windowId = 0;
    int x = 0, y = 0;
    std::vector<FileName> files;
};
struct DocumentForget {
    std::string documentId;
    std::optional<std::string> expect;  // 64 hex digits, of all its files: see document-digest.h
};

// A file of the guest that the host opens (loans/): of an offered one, or one that it has.
struct LoanGet { uint32_t transferId = 0; std::string loanId; };
struct LoanPut {
    uint32_t transferId = 0;
    std::string loanId;
    std::optional<uint64_t> over;  // the content that it replaces; without it comes beside the file
    int64_t sizeBytes = 0, modifiedUnixMs = 0;
};
struct LoanHandling { std::vector<std::string> extensions; };
struct LoanAnswer { std::string loanId; bool taken = false; };
struct LoanReturn { std::string loanId; };

// Commands for loans/.
using LoanCommand = std::variant<LoanHandling, LoanAnswer, LoanReturn>;

// The content of a print job; moves as a file does.
struct PrintGet { uint32_t transferId = 0; std::string jobId; };


enum class Paper { a4, letter };
struct Printer { std::string printerId, name; };  // 16 hex digits; UTF-8, as Windows takes it
inline bool operator==(const Printer& a, const Printer& b) { return a.printerId == b.printerId && a.name == b.name; }
// All printers that the host offers, the usual one first.
struct PrinterList { std::vector<Printer> printers; Paper paper = Paper::a4; };
// The host has the job, or does not want it.
struct PrintDone { std::string jobId; };

// Commands for printing/.
using PrintCommand = std::variant<PrinterList, PrintDone>;

// What a host asks of the folder that a share of its is in this guest (shares/).
struct ShareStep {
    enum class Kind { open, close, removeFile, moveFile, makeFolder, removeFolder };

    Kind kind = Kind::open;
    uint32_t requestId = 0;
    FileName file;                // without a path to open and close
    std::string expect;           // of a file to remove or move: its stamp, 16 hex digits
    std::vector<std::string> to;  // where a file is moved
    char drive = 0;               // 'D' to 'Z'; 0: none
    bool documents = false;       // it is the user's My Documents
};

// Commands for files/, but for loans'.
using FileCommand = std::variant<FilePut, FileGet, TransferAck, TransferCancel, FileOpen, FileDrop, DocumentForget,
                                 LoanGet, LoanPut, LoanCommand, PrintGet, ShareStep>;

// Commands for notification-area/.
using TrayCommand = std::variant<TrayClick, BalloonClick>;

struct OpenUrl { uint32_t requestId = 0; std::string url; };  // safe, see urls/safe-url.h
// Whether links that programs of the guest open are the host's matter.
struct LinkHandling { bool fromGuest = false; };

// Commands for urls/.
using LinkCommand = std::variant<OpenUrl, LinkHandling>;

// What a clipboard may hold of what crosses the line. Bytes as Windows has them, but text, which is UTF-8.
// Of files only names: clipboard/copied-files.h.
enum class ClipboardFormat { text, html, rtf, image, files };
constexpr const char* clipboardFormatNames[] = {"text", "html", "rtf", "image", "files"};
enum class ClipboardRefusalReason { gone, refused, tooLarge, failed };

// These seven are the same both ways (src/guest-bridge/protocol/clipboard-messages.ts): who offers is asked, and gives.
struct ClipboardOffer { uint32_t offerId = 0; std::vector<ClipboardFormat> formats; };
struct ClipboardRequest { uint32_t requestId = 0, offerId = 0; ClipboardFormat format = ClipboardFormat::text; };
struct ClipboardReply { uint32_t requestId = 0; int64_t sizeBytes = 0; };
struct ClipboardRefusal { uint32_t requestId = 0; ClipboardRefusalReason reason = ClipboardRefusalReason::failed; };
struct ClipboardAck { uint32_t requestId = 0; int64_t bytes = 0; };
struct ClipboardCancel { uint32_t requestId = 0; };
struct ClipboardProgress { uint32_t requestId = 0; };

// Commands for clipboard/.
using ClipboardCommand = std::variant<ClipboardOffer, ClipboardRequest, ClipboardReply, ClipboardRefusal, ClipboardAck,
                                      ClipboardCancel, ClipboardProgress>;

// Commands for desktop/; the channel keeps `challenge`, `proof`, `welcome`, `ping` to itself, launch/ gets Launch.
using DesktopCommand =
    std::variant<DesktopConfigure, WindowMove, WindowActivate, WindowClose, WindowEnd, WindowState, DismissMenus,
                 Deactivate, Key, KeyCancel, LockState, Text, PointerMove, PointerButton, PointerRelative, Wheel,
                 ReleaseAll, FrameAck, DestroyedAck, Refresh>;

}  // namespace xpane
