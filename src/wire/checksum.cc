#include "wire/checksum.h"

namespace statewall {
namespace {

/// Fewer than eight bytes as a number, those that are missing behind them zero.
std::uint64_t short_word(const std::uint8_t* data, std::size_t size) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t place = std::endian::native == std::endian::little ? i : 7 - i;
    word |= std::uint64_t{data[i]} << place * 8;
  }
  return word;
}

/// The last `size` bytes of at least eight, 1 to 7 of them, as `short_word` has them.
std::uint64_t last_word(const std::uint8_t* end, std::size_t size) {
  const auto word = load<std::uint64_t>(end - 8);
  const std::size_t others = (8 - size) * 8;
  return std::endian::native == std::endian::little ? word >> others : word << others;
}

}  // namespace

/// Two sums in turn: each addition need not wait for the one before.
std::uint64_t InternetSum::sum_of(Bytes bytes) {
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  if (left < 8) return short_word(at, left);
  std::uint64_t sum = 0;
  std::uint64_t other = 0;
  for (; left >= 32; at += 32, left -= 32) {
    sum = add_around(sum, load<std::uint64_t>(at));
    other = add_around(other, load<std::uint64_t>(at + 8));
    sum = add_around(sum, load<std::uint64_t>(at + 16));
    other = add_around(other, load<std::uint64_t>(at + 24));
  }
  sum = add_around(sum, other);
  for (; left >= 8; at += 8, left -= 8) sum = add_around(sum, load<std::uint64_t>(at));
  return left == 0 ? sum : add_around(sum, last_word(at + left, left));
}

Checksum judge_checksum(Bytes message, std::size_t length) {
  if (message.size() < length) return Checksum::cut;
  InternetSum sum;
  sum.add(message.first(length));
  return sum.right() ? Checksum::good : Checksum::bad;
}

}  // namespace statewall
