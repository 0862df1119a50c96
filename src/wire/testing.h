#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "statewall/packet.h"
#include "wire/build.h"

// For tests: packets written by hand or built, and read from memory that ends where they end.

namespace statewall::testing {

struct Octets : std::vector<std::uint8_t> {
  using std::vector<std::uint8_t>::vector;
};

inline constexpr Address kA = Address::ipv4(0xc0a80106);  // 192.168.1.6
inline constexpr Address kB = Address::ipv4(0x0a00000a);  // 10.0.0.10

/// The octets of "45 00 001c": hex digits, with spaces between them where one likes.
inline Octets hex(std::string_view text) {
  Octets octets;
  int digits = 0;
  for (const char c : text) {
    if (c == ' ') continue;
    const int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (digits++ % 2 == 0) {
      octets.push_back(static_cast<std::uint8_t>(value << 4));
    } else {
      octets.back() = static_cast<std::uint8_t>(octets.back() | value);
    }
  }
  return octets;
}

inline Octets operator+(Octets left, const Octets& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline Octets first(const Octets& octets, std::size_t count) {
  return {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(count)};
}

/// Reads a frame from memory of exactly its size, so that AddressSanitizer sees a read beyond it.
/// `original_length` 0: as long as captured.
inline Packet read(const Octets& frame, LinkType link = LinkType::raw,
                   ChecksumMode mode = ChecksumMode::automatic, std::size_t original_length = 0) {
  const auto exact = std::make_unique<std::uint8_t[]>(frame.size());
  std::copy(frame.begin(), frame.end(), exact.get());
  return read_frame({exact.get(), frame.size()}, link,
                    original_length == 0 ? frame.size() : original_length, mode);
}

/// What a function of build.h writes.
template <typename Build>
Octets built(Build build) {
  Octets out(65535);
  out.resize(build(std::span<std::uint8_t>(out)));
  return out;
}

inline Octets ipv4(const Ipv4Fields& fields, const Octets& payload) {
  return built([&](auto out) { return build_ipv4(out, fields, payload); });
}

inline Octets ipv4(std::uint8_t protocol, const Octets& payload) {
  return ipv4({.source = kA, .destination = kB, .protocol = protocol}, payload);
}

inline Octets icmp(std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                   const Octets& payload = {}) {
  return built([&](auto out) { return build_icmp(out, type, code, rest, payload); });
}

inline Octets tcp(const TcpFields& fields, const Octets& payload = {}) {
  return built([&](auto out) { return build_tcp(out, kA, kB, fields, payload); });
}

inline Octets udp(std::uint16_t source_port, std::uint16_t destination_port,
                  const Octets& payload = {}) {
  return built(
      [&](auto out) { return build_udp(out, kA, kB, source_port, destination_port, payload); });
}

inline Octets with(Octets octets, std::size_t at, const Octets& replacement) {
  std::copy(replacement.begin(), replacement.end(),
            octets.begin() + static_cast<std::ptrdiff_t>(at));
  return octets;
}

/// An IPv6 packet from 2001:db8::1 to 2001:db8::2, hop limit 64.
inline Octets ipv6(std::uint8_t next_header, const Octets& payload) {
  Octets header =
      hex("60000000 0000 00 40 20010db8000000000000000000000001 20010db8000000000000000000000002");
  header[4] = static_cast<std::uint8_t>(payload.size() >> 8);
  header[5] = static_cast<std::uint8_t>(payload.size());
  header[6] = next_header;
  return header + payload;
}

}  // namespace statewall::testing
