#include "notification-area/tray-request.h"

#include <algorithm>

namespace xpane {
namespace {

constexpr uint32_t ntDataKind = 1, ntSignature = 0x34753423;
constexpr size_t ntHeaderBytes = 8;
constexpr uint32_t flagMessage = 0x1, flagIcon = 0x2, flagTip = 0x4, flagState = 0x8, flagInfo = 0x10;
constexpr uint32_t stateHidden = 0x1, balloonKindMask = 0xf;
constexpr uint32_t lastAction = 4;
constexpr uint32_t opaque = 0xff000000;

// Offsets of the fields; all numbers are little-endian.
struct Layout {
    size_t owner, id, flags, callback, tip, tipUnits, state, stateMask, info, infoUnits, version, infoTitle,
        infoTitleUnits, infoFlags, end;
};
// Windows 95's NOTIFYICONDATAW ends after the tooltip; Windows 2000's, XP's and Vista's are that of 2000 and more.
constexpr size_t nt4Bytes = 152, nt5Bytes = 936, xpBytes = 952, vistaBytes = 956;
constexpr size_t ntIcon = 20, nt4TipUnits = 64;
constexpr Layout ntLayout = {4, 8, 12, 16, 24, 128, 280, 284, 288, 256, 800, 804, 64, 932, nt5Bytes};
constexpr Layout wineLayout = {0, 4, 8, 12, 16, 128, 272, 276, 280, 256, 792, 796, 64, 924, 960};
constexpr size_t wineWidth = 944, wineHeight = 948, winePlanes = 952, wineDepth = 956;

uint32_t word(std::string_view bytes, size_t at) {
    uint32_t value = 0;
    for (size_t i = 4; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
    return value;
}

// Up to its zero, or all of it.
std::u16string text(std::string_view bytes, size_t at, size_t units) {
    std::u16string found;
    for (size_t i = 0; i < units; ++i) {
        const auto unit = static_cast<char16_t>(static_cast<uint8_t>(bytes[at + 2 * i]) |
                                                static_cast<uint8_t>(bytes[at + 2 * i + 1]) << 8);
        if (unit == 0) break;
        found.push_back(unit);
    }
    return found;
}

TrayRequest readFields(TrayAction action, std::string_view bytes, const Layout& at, bool tipOnly) {
    TrayRequest request;
    request.action = action;
    request.owner = word(bytes, at.owner);
    request.id = word(bytes, at.id);
    if (action == TrayAction::setVersion && !tipOnly) request.version = word(bytes, at.version);
    if (action != TrayAction::add && action != TrayAction::modify) return request;
    const uint32_t flags = word(bytes, at.flags);
    if (flags & flagMessage) request.callback = word(bytes, at.callback);
    if (flags & flagTip) request.tooltip = text(bytes, at.tip, tipOnly ? nt4TipUnits : at.tipUnits);
    request.setsIcon = (flags & flagIcon) != 0;
    if (tipOnly) return request;
    if ((flags & flagState) && (word(bytes, at.stateMask) & stateHidden)) {
        request.hidden = (word(bytes, at.state) & stateHidden) != 0;
    }
    if (flags & flagInfo) {
        const uint32_t kind = word(bytes, at.infoFlags) & balloonKindMask;
        request.balloon = Balloon{text(bytes, at.infoTitle, at.infoTitleUnits), text(bytes, at.info, at.infoUnits),
                                  kind <= 3 ? static_cast<BalloonKind>(kind) : BalloonKind::none};
    }
    return request;
}

// Bits as GetBitmapBits gives them: top-down, rows of the mask padded to 16 bits. Only 32-bit colours: every display
// of a guest has them. Nothing for other depths and for sizes that the protocol does not allow.
std::optional<IconImage> wineImage(std::string_view bytes) {
    const uint32_t width = word(bytes, wineWidth), height = word(bytes, wineHeight);
    if (word(bytes, winePlanes) != 1 || word(bytes, wineDepth) != 32) return std::nullopt;
    if (width < 1 || height < 1 || width > mostIconEdgePx || height > mostIconEdgePx) return std::nullopt;
    const size_t maskRow = (width + 15) / 16 * 2, maskBytes = maskRow * height;
    const std::string_view bits = bytes.substr(wineLayout.end);
    if (bits.size() != maskBytes + size_t{4} * width * height) return std::nullopt;
    IconImage image{static_cast<int>(width), static_cast<int>(height), {}};
    image.pixels.reserve(size_t{width} * height);
    for (size_t i = 0; i < size_t{width} * height; ++i) image.pixels.push_back(word(bits, maskBytes + 4 * i));
    const bool hasAlpha =
        std::any_of(image.pixels.begin(), image.pixels.end(), [](uint32_t pixel) { return (pixel & opaque) != 0; });
    for (size_t i = 0; i < image.pixels.size() && !hasAlpha; ++i) {
        const size_t x = i % width, y = i / width;
        const bool clear = (bits[y * maskRow + x / 8] >> (7 - x % 8) & 1) != 0;
        image.pixels[i] = clear ? 0 : image.pixels[i] | opaque;
    }
    return image;
}

std::optional<TrayRequest> readNt(std::string_view bytes) {
    const uint32_t action = word(bytes, 4);
    const std::string_view data = bytes.substr(ntHeaderBytes);
    if (action > lastAction || data.size() < nt4Bytes) return std::nullopt;
    const uint32_t size = word(data, 0);
    const bool tipOnly = size == nt4Bytes;
    if (!tipOnly && size != nt5Bytes && size != xpBytes && size != vistaBytes) return std::nullopt;
    if (data.size() < size) return std::nullopt;
    TrayRequest request = readFields(static_cast<TrayAction>(action), data, ntLayout, tipOnly);
    if (request.setsIcon) request.iconHandle = word(data, ntIcon);
    return request;
}

}  // namespace

std::optional<TrayRequest> readTrayRequest(uint64_t dataKind, std::string_view bytes) {
    if (dataKind == ntDataKind && bytes.size() >= ntHeaderBytes && word(bytes, 0) == ntSignature) return readNt(bytes);
    if (dataKind > lastAction || bytes.size() < wineLayout.end) return std::nullopt;
    TrayRequest request = readFields(static_cast<TrayAction>(dataKind), bytes, wineLayout, false);
    if (request.setsIcon) request.image = wineImage(bytes);
    return request;
}

}  // namespace xpane
