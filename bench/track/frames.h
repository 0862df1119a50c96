#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "statewall/packet.h"
#include "wire/build.h"

// Frames that are made once and then given to any flow: only the client's address is written, and
// the checksums that it goes into, so that making one costs little beside handling it. A flow is
// the number of its client, 10.0.0.0 onwards; the server is always 192.168.1.10.

namespace statewall::bench {

inline constexpr Address kServer = Address::ipv4(0xc0a8010a);
inline constexpr Address kRouter = Address::ipv4(0xc0a80101);
constexpr Address client_of(std::uint32_t flow) { return Address::ipv4(0x0a000000 + flow); }

class Frame {
 public:
  static constexpr std::size_t kEthernet = 14, kIp = 20;

  /// An IP packet of flow 0 in Ethernet.
  explicit Frame(std::span<const std::uint8_t> packet) : size_(kEthernet + packet.size()) {
    bytes_[12] = 0x08;
    for (std::size_t i = 0; i < packet.size(); ++i) bytes_[kEthernet + i] = packet[i];
  }

  /// The client's address stands at `at`, and goes into the checksum at `checksum_at`.
  void add_address(std::size_t at, std::size_t checksum_at) {
    const std::uint32_t sum =
        (~load(checksum_at) & 0xffff) + (~load(at) & 0xffff) + (~load(at + 2) & 0xffff);
    places_[count_++] = {at, checksum_at, sum};
  }

  void set_flow(std::uint32_t flow) {
    const std::uint32_t address = 0x0a000000 + flow;
    for (std::size_t i = 0; i < count_; ++i) {
      const Place& place = places_[i];
      store(place.at, address >> 16);
      store(place.at + 2, address);
      std::uint32_t sum = place.sum + (address >> 16) + (address & 0xffff);
      sum = (sum & 0xffff) + (sum >> 16);
      store(place.checksum_at, ~(sum + (sum >> 16)));
    }
  }

  std::span<const std::uint8_t> bytes() const { return {bytes_.data(), size_}; }

 private:
  struct Place {
    std::size_t at = 0;
    std::size_t checksum_at = 0;
    std::uint32_t sum = 0;  ///< of what the checksum goes over, without the address
  };

  std::uint32_t load(std::size_t at) const {
    return static_cast<std::uint32_t>(bytes_[at] << 8 | bytes_[at + 1]);
  }
  void store(std::size_t at, std::uint32_t value) {
    bytes_[at] = static_cast<std::uint8_t>(value >> 8);
    bytes_[at + 1] = static_cast<std::uint8_t>(value);
  }

  std::array<std::uint8_t, 128> bytes_{};
  std::size_t size_;
  std::array<Place, 2> places_;
  std::size_t count_ = 0;
};

/// Between the client of flow 0 and the server. `checksum_at`: where in the transport header its
/// checksum stands, if addresses go into it.
inline Frame frame_around(std::uint8_t protocol, bool reply, std::span<const std::uint8_t> segment,
                          std::size_t checksum_at = 0) {
  std::array<std::uint8_t, 128> packet;
  const std::size_t size = build_ipv4(packet,
                                      {.source = reply ? kServer : client_of(0),
                                       .destination = reply ? client_of(0) : kServer,
                                       .protocol = protocol},
                                      segment);
  Frame frame{std::span(packet).first(size)};
  const std::size_t client_at = Frame::kEthernet + (reply ? 16 : 12);
  frame.add_address(client_at, Frame::kEthernet + 10);
  if (checksum_at != 0) {
    frame.add_address(client_at, Frame::kEthernet + Frame::kIp + checksum_at);
  }
  return frame;
}

/// 98 bytes.
inline Frame echo_frame(bool reply) {
  std::array<std::uint8_t, 56> payload{};
  std::array<std::uint8_t, 64> message;
  build_icmp(message, reply ? 0 : 8, 0, 0x12340001, payload);
  return frame_around(protocol::icmp, reply, message);
}

/// 64 bytes.
inline Frame udp_frame(bool reply) {
  const std::array<std::uint8_t, 22> payload{};
  std::array<std::uint8_t, 30> datagram;
  build_udp(datagram, client_of(0), kServer, reply ? 53 : 5000, reply ? 5000 : 53, payload);
  return frame_around(protocol::udp, reply, datagram, 6);
}

/// With payload 64 bytes; a connection's first data of each side, again and again.
inline Frame tcp_frame(bool reply, std::uint8_t flags, std::size_t payload) {
  const bool opens = (flags & tcp_flag::syn) != 0;
  const std::uint32_t mine = (reply ? 5000U : 1000U) + (opens ? 0 : 1);
  const std::array<std::uint8_t, 10> data{};
  std::array<std::uint8_t, 30> segment;
  const std::size_t size =
      build_tcp(segment, client_of(0), kServer,
                {.source_port = static_cast<std::uint16_t>(reply ? 80 : 5000),
                 .destination_port = static_cast<std::uint16_t>(reply ? 5000 : 80),
                 .sequence = mine,
                 .acknowledgement = (flags & tcp_flag::ack) == 0 ? 0U
                                    : reply                      ? 1001U
                                                                 : 5001U,
                 .flags = flags},
                std::span(data).first(payload));
  return frame_around(protocol::tcp, reply, std::span(segment).first(size), 16);
}

/// A router tells the client that its datagram (`udp_frame`) did not arrive: 70 bytes. The quoted
/// header holds its own right checksum, so the ICMP checksum is the same for every flow.
inline Frame error_frame() {
  const Frame datagram = udp_frame(false);
  std::array<std::uint8_t, 36> message;
  build_icmp(message, 3, 1, 0, datagram.bytes().subspan(Frame::kEthernet, 28));
  std::array<std::uint8_t, 56> packet;
  build_ipv4(packet, {.source = kRouter, .destination = client_of(0), .protocol = protocol::icmp},
             message);
  constexpr std::size_t kQuote = Frame::kEthernet + Frame::kIp + 8;
  Frame frame(packet);
  frame.add_address(Frame::kEthernet + 16, Frame::kEthernet + 10);
  frame.add_address(kQuote + 12, kQuote + 10);
  return frame;
}

}  // namespace statewall::bench
