#include "wire/checksum.h"

namespace statewall {
std::uint64_t InternetSum::short_word(const std::uint8_t* data, std::size_t size) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t place = std::endian::native == std::endian::little ? i : 7 - i;
    word |= std::uint64_t{data[i]} << place * 8;
  }
  return word;
}

Checksum judge_checksum(Bytes message, std::size_t length) {
  if (message.size() < length) return Checksum::cut;
  InternetSum sum;
  sum.add(message.first(length));
  return sum.right() ? Checksum::good : Checksum::bad;
}

}  // namespace statewall
