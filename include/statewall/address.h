#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>

namespace statewall {

enum class Family : std::uint8_t { none = 0, ipv4 = 4, ipv6 = 6 };

/// An IPv4 or IPv6 address in network byte order. IPv4 stands in the first four bytes, the rest is
/// zero; which of the two it is stands beside it (`Family`), never in it.
struct Address {
  std::array<std::uint8_t, 16> bytes{};

  /// `value` in host order: 0xC0A80106 is 192.168.1.6.
  static constexpr Address ipv4(std::uint32_t value) {
    Address a;
    a.bytes[0] = static_cast<std::uint8_t>(value >> 24);
    a.bytes[1] = static_cast<std::uint8_t>(value >> 16);
    a.bytes[2] = static_cast<std::uint8_t>(value >> 8);
    a.bytes[3] = static_cast<std::uint8_t>(value);
    return a;
  }

  friend constexpr auto operator<=>(const Address&, const Address&) = default;
  /// As two words: the default would call memcmp(3).
  friend constexpr bool operator==(const Address& a, const Address& b) {
    using Halves = std::array<std::uint64_t, 2>;
    const auto x = std::bit_cast<Halves>(a.bytes), y = std::bit_cast<Halves>(b.bytes);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
  }
};

}  // namespace statewall
