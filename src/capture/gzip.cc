#include "capture/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "capture/decompress.h"

namespace statewall {
namespace {

constexpr std::uint8_t kMagic[] = {0x1f, 0x8b};

// zlib's words for what users should read as a sentence; any other is given as it is.
constexpr struct {
  std::string_view zlib;
  std::string_view damage;
} kDamages[] = {
    {"incorrect data check", "has a wrong checksum"},
    {"incorrect length check", "has a wrong length at its end"},
};

std::string damage_of(const char* message) {
  const std::string_view word = message == nullptr ? "no reason known" : message;
  for (const auto& known : kDamages) {
    if (known.zlib == word) return std::string(known.damage);
  }
  return "is damaged (" + std::string(word) + ")";
}

// zlib counts in 32 bits.
uInt size_for_zlib(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

class GzipSource final : public DecompressedSource {
 public:
  explicit GzipSource(std::unique_ptr<Input> input) : DecompressedSource(std::move(input), "gzip") {
    constexpr int kGzipOnly = 16;  // added to the size of the window: no bare zlib stream
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~GzipSource() override { inflateEnd(&stream_); }

 private:
  bool begins(Bytes head) const override {
    const std::size_t known = std::min(head.size(), std::size(kMagic));
    return std::equal(kMagic, kMagic + known, head.begin());
  }

  bool zeros_may_follow() const override { return true; }

  Step step(Bytes bytes, std::span<std::uint8_t> room) override {
    const uInt most_in = size_for_zlib(bytes.size());
    const uInt most_out = size_for_zlib(room.size());
    stream_.next_in = const_cast<Bytef*>(bytes.data());
    stream_.avail_in = most_in;
    stream_.next_out = room.data();
    stream_.avail_out = most_out;
    const int code = inflate(&stream_, Z_NO_FLUSH);

    Step done{.taken = most_in - stream_.avail_in, .given = most_out - stream_.avail_out};
    done.member_ends = code == Z_STREAM_END;
    if (done.member_ends) inflateReset(&stream_);
    // Z_BUF_ERROR: nothing could be done, which another call mends.
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
      done.damage = damage_of(stream_.msg);
    }
    return done;
  }

  z_stream stream_{};
};

}  // namespace

bool is_gzip(std::span<const std::uint8_t> head) {
  return head.size() >= std::size(kMagic) &&
         std::equal(std::begin(kMagic), std::end(kMagic), head.begin());
}

std::unique_ptr<Source> open_gzip(std::unique_ptr<Input> input) {
  return std::make_unique<GzipSource>(std::move(input));
}

}  // namespace statewall
