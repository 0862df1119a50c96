#include <algorithm>
#include <array>

#include "wire/build.h"
#include "wire/build_layout.h"

namespace statewall {
namespace {

enum Kind : std::uint8_t {
  kFiller = 1,
  kMss = 2,
  kScale = 3,
  kSackPermitted = 4,
  kSack = 5,
  kTimestamps = 8
};

// Options one after the other, as far as there is room.
class Writer {
 public:
  explicit Writer(build::Output out) : out_(out) {}

  /// An option behind as many fillers as make it end at a multiple of four.
  void option(Kind kind, std::size_t value_length) {
    const std::size_t length = 2 + value_length;
    const std::size_t padded = (length + 3) / 4 * 4;
    if (used_ > out_.size() || out_.size() - used_ < padded) {
      used_ = out_.size() + 1;
      return;
    }
    std::fill_n(out_.begin() + static_cast<std::ptrdiff_t>(used_), padded - length, kFiller);
    value_ = used_ + padded - value_length;
    out_[value_ - 2] = kind;
    out_[value_ - 1] = static_cast<std::uint8_t>(length);
    used_ += padded;
  }

  void value(std::uint32_t value, std::size_t bytes) {
    if (used_ > out_.size()) return;
    for (std::size_t left = bytes; left-- != 0;) {
      out_[value_++] = static_cast<std::uint8_t>(value >> 8 * left);
    }
  }

  std::size_t written() const { return used_ <= out_.size() ? used_ : 0; }

 private:
  build::Output out_;
  std::size_t used_ = 0;  // more than there is: something did not fit
  std::size_t value_ = 0;
};

}  // namespace

std::size_t build_tcp_options(build::Output out, const TcpOptionFields& fields) {
  Writer writer(out);
  if (fields.mss != 0) {
    writer.option(kMss, 2);
    writer.value(fields.mss, 2);
  }
  if (fields.sack_permitted) writer.option(kSackPermitted, 0);
  if (fields.window_scale >= 0) {
    writer.option(kScale, 1);
    writer.value(static_cast<std::uint32_t>(fields.window_scale), 1);
  }
  if (fields.has_timestamps) {
    writer.option(kTimestamps, 8);
    writer.value(fields.timestamp, 4);
    writer.value(fields.timestamp_echo, 4);
  }
  if (!fields.sack.empty()) {
    writer.option(kSack, 8 * fields.sack.size());
    for (const SackBlock& block : fields.sack) {
      writer.value(block.left, 4);
      writer.value(block.right, 4);
    }
  }
  return writer.written();
}

}  // namespace statewall
