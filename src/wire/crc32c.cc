#include "wire/crc32c.h"

#include <array>

namespace statewall {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  constexpr std::uint32_t kPolynomial = 0x82f63b78;  // Castagnoli's, bits reflected
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
    table[byte] = crc;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kTable = make_table();

}  // namespace

void Crc32c::add(Bytes bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    state_ = state_ >> 8 ^ kTable[(state_ ^ bytes.data()[at]) & 0xff];
  }
}

}  // namespace statewall
