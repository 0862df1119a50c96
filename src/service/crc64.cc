#include "service/crc64.h"

#include <array>

namespace statewall {
namespace {

// Table n is of a byte that n more bytes follow, so that eight are taken at once.
constexpr std::size_t kAtOnce = 8;
using Tables = std::array<std::array<std::uint64_t, 256>, kAtOnce>;

constexpr Tables make_tables() {
  constexpr std::uint64_t kPolynomial = 0xc96c5795d7870f42;  // ECMA-182's, bits reflected
  Tables tables{};
  for (std::uint64_t byte = 0; byte < 256; ++byte) {
    std::uint64_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t n = 1; n < kAtOnce; ++n) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint64_t crc = tables[n - 1][byte];
      tables[n][byte] = crc >> 8 ^ tables[0][crc & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

void Crc64::add(std::span<const std::uint8_t> bytes) {
  for (; bytes.size() >= kAtOnce; bytes = bytes.subspan(kAtOnce)) {
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < kAtOnce; ++i) {
      const auto byte = static_cast<std::uint8_t>(state_ >> (8 * i) ^ bytes[i]);
      next ^= kTables[kAtOnce - 1 - i][byte];
    }
    state_ = next;
  }
  for (const std::uint8_t byte : bytes) {
    state_ = state_ >> 8 ^ kTables[0][(state_ ^ byte) & 0xff];
  }
}

}  // namespace statewall
