#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "statewall/packet.h"

// Frames that are made once and then given to any flow: only the client's address is written, and
// the checksums that it goes into, so that making one costs little beside handling it. A flow is
// the number of its client, 10.0.0.0 onwards; the server is always 192.168.1.10. Where a client has
// more flows than one, they differ in the frame's number too: the ICMP id, or the client's port.

namespace statewall::bench {

inline constexpr Address kServer = Address::ipv4(0xc0a8010a);
inline constexpr Address kRouter = Address::ipv4(0xc0a80101);
constexpr Address client_of(std::uint32_t flow) { return Address::ipv4(0x0a000000 + flow); }

class Frame {
 public:
  static constexpr std::size_t kEthernet = 14, kIp = 20;
  using Bytes = std::array<std::uint8_t, 128>;

  /// An IP packet of flow 0 in Ethernet.
  explicit Frame(std::span<const std::uint8_t> packet) : size_(kEthernet + packet.size()) {
    bytes_[12] = 0x08;
    for (std::size_t i = 0; i < packet.size(); ++i) bytes_[kEthernet + i] = packet[i];
  }

  /// The client's address stands at `at`, and goes into the checksum at `checksum_at`, so many
  /// times.
  void add_address(std::size_t at, std::size_t checksum_at, std::uint32_t times = 1) {
    const std::uint32_t address = (~load(at) & 0xffff) + (~load(at + 2) & 0xffff);
    places_[count_++] = {at, checksum_at, (~load(checksum_at) & 0xffff) + times * address, times};
  }

  /// The number stands at `at`, and goes into the checksum at `checksum_at`.
  void add_number(std::size_t at, std::size_t checksum_at) {
    number_at_ = at;
    number_sum_at_ = checksum_at;
  }

  void set_flow(std::uint32_t flow) {
    const std::uint32_t address = 0x0a000000 + flow;
    const std::uint32_t in_order = __builtin_bswap32(address);
    for (std::size_t i = 0; i < count_; ++i) {
      const Place& place = places_[i];
      std::memcpy(&bytes_[place.at], &in_order, sizeof in_order);
      const std::uint32_t sum = place.sum + place.times * ((address >> 16) + (address & 0xffff));
      store(place.checksum_at, ~folded(sum));
    }
  }

  /// Without effect on a frame that has no number.
  void set_number(std::uint16_t number) {
    if (number_at_ == 0) return;
    const std::uint32_t change = number + (~load(number_at_) & 0xffff);
    store(number_at_, number);
    store(number_sum_at_, ~folded((~load(number_sum_at_) & 0xffff) + change));
    for (Place& place : places_) {
      if (place.checksum_at == number_sum_at_) place.sum = folded(place.sum + change) & 0xffff;
    }
  }

  std::span<const std::uint8_t> bytes() const { return {bytes_.data(), size_}; }

 private:
  struct Place {
    std::size_t at = 0;
    std::size_t checksum_at = 0;
    std::uint32_t sum = 0;  ///< of what the checksum goes over, without the address
    std::uint32_t times = 0;
  };

  static std::uint32_t folded(std::uint32_t sum) {
    sum = (sum & 0xffff) + (sum >> 16);
    return sum + (sum >> 16);
  }
  std::uint32_t load(std::size_t at) const {
    return static_cast<std::uint32_t>(bytes_[at] << 8 | bytes_[at + 1]);
  }
  void store(std::size_t at, std::uint32_t value) {
    const std::uint16_t in_order = __builtin_bswap16(static_cast<std::uint16_t>(value));
    std::memcpy(&bytes_[at], &in_order, sizeof in_order);
  }

  Bytes bytes_{};
  std::size_t size_;
  std::array<Place, 2> places_{};
  std::size_t count_ = 0;
  std::size_t number_at_ = 0;
  std::size_t number_sum_at_ = 0;
};

/// An echo query or reply: 98 bytes. It has a number.
Frame echo_frame(bool reply);

/// 64 bytes. It has a number.
Frame udp_frame(bool reply);

/// The same from the client to itself, from a port to the same port. It has no number.
Frame udp_frame_to_itself();

/// With 10 bytes of payload 64 bytes; a connection's first data of each side, again and again.
Frame tcp_frame(bool reply, std::uint8_t flags, std::size_t payload);

/// A router tells the client that its datagram (`udp_frame`) did not arrive: 70 bytes.
Frame error_frame();

}  // namespace statewall::bench
