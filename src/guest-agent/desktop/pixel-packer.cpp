#include "desktop/pixel-packer.h"

#include <algorithm>
#include <utility>

#include <zlib.h>

#include "desktop/rects.h"

namespace xpane {
namespace {

constexpr size_t pieceBytes = 64 * 1024;  // taken at a time; after the first it is known whether it is worth it
constexpr size_t leastBytes = 1024;       // less is not worth the call
constexpr double worthwhile = 0.9;
constexpr double newShare = 0.25;         // of the newest measurement in the average
constexpr double likelyRatio = 0.3, likelySpeed = 100e6, towardsLikely = 0.02;

}  // namespace

struct PixelPacker::Stream {
    z_stream z = {};
    bool ready = deflateInit(&z, 1) == Z_OK;
    ~Stream() {
        if (ready) deflateEnd(&z);
    }
};

PixelPacker::PixelPacker(std::function<Micros()> clock)
    : clock_(std::move(clock)), ratio_(likelyRatio), bytesPerSecond_(likelySpeed) {}

PixelPacker::~PixelPacker() = default;

std::optional<size_t> PixelPacker::pack(const SurfaceImage& image, const Rect& rect, uint8_t* out, size_t room) {
    const size_t rowBytes = static_cast<size_t>(rect.width) * sizeof(uint32_t);
    const size_t bytes = rowBytes * static_cast<size_t>(rect.height);
    if (bytes < leastBytes) return std::nullopt;
    if (!stream_) stream_ = std::make_unique<Stream>();
    if (!stream_->ready || deflateReset(&stream_->z) != Z_OK) return std::nullopt;

    const Micros begun = clock_();
    z_stream& z = stream_->z;
    z.next_out = out;
    z.avail_out = static_cast<uInt>(std::min(room, static_cast<size_t>(static_cast<double>(bytes) * worthwhile)));
    const int rowsAtOnce = static_cast<int>(std::max<size_t>(1, pieceBytes / rowBytes));
    int result = Z_OK;
    for (int done = 0; done < rect.height && result == Z_OK;) {
        const Rect piece{rect.x, rect.y + done, rect.width, std::min(rowsAtOnce, rect.height - done)};
        rows_.resize(rowBytes * static_cast<size_t>(piece.height));
        image.copyTo(piece, rows_.data());
        z.next_in = rows_.data();
        z.avail_in = static_cast<uInt>(rows_.size());
        done += piece.height;
        const bool last = done == rect.height;
        result = deflate(&z, last ? Z_FINISH : Z_NO_FLUSH);
        // Deflate holds some of its output back: what is out by then says enough.
        const bool useless = !last && z.total_in >= pieceBytes &&
                             static_cast<double>(z.total_out) > worthwhile * static_cast<double>(z.total_in);
        if (z.avail_in > 0 || useless) result = Z_BUF_ERROR;
    }
    const bool smaller = result == Z_STREAM_END;
    learn(z.total_in, smaller ? z.total_out : z.total_in, clock_() - begun);
    return smaller ? std::optional<size_t>(z.total_out) : std::nullopt;
}

void PixelPacker::learn(size_t bytes, size_t packed, Micros costUs) {
    if (bytes < pieceBytes) return;  // too little to tell
    const double speed = static_cast<double>(bytes) * 1e6 / static_cast<double>(std::max<Micros>(costUs, 1));
    const double ratio = static_cast<double>(packed) / static_cast<double>(bytes);
    ratio_ += newShare * (ratio - ratio_);
    bytesPerSecond_ += newShare * (speed - bytesPerSecond_);
}

void PixelPacker::forgetSome() { ratio_ += towardsLikely * (likelyRatio - ratio_); }

}  // namespace xpane
