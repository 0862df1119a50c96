#include "measure/frames.h"

#include "wire/build.h"

namespace statewall::bench {
namespace {

constexpr std::size_t kTransport = Frame::kEthernet + Frame::kIp;

/// Between the client of flow 0 and the server. `checksum_at`: where in the transport header its
/// checksum stands, if addresses go into it.
Frame frame_around(std::uint8_t protocol, bool reply, std::span<const std::uint8_t> segment,
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
    frame.add_address(client_at, kTransport + checksum_at);
  }
  return frame;
}

}  // namespace

Frame echo_frame(bool reply) {
  std::array<std::uint8_t, 56> payload{};
  std::array<std::uint8_t, 64> message;
  build_icmp(message, reply ? 0 : 8, 0, 0x12340001, payload);
  Frame frame = frame_around(protocol::icmp, reply, message);
  frame.add_number(kTransport + 4, kTransport + 2);
  return frame;
}

Frame udp_frame(bool reply) {
  const std::array<std::uint8_t, 22> payload{};
  std::array<std::uint8_t, 30> datagram;
  build_udp(datagram, client_of(0), kServer, reply ? 53 : 5000, reply ? 5000 : 53, payload);
  Frame frame = frame_around(protocol::udp, reply, datagram, 6);
  frame.add_number(kTransport + (reply ? 2 : 0), kTransport + 6);
  return frame;
}

Frame udp_frame_to_itself() {
  const Address host = client_of(0);
  const std::array<std::uint8_t, 22> payload{};
  std::array<std::uint8_t, 30> datagram;
  build_udp(datagram, host, host, 7, 7, payload);
  std::array<std::uint8_t, 50> packet;
  build_ipv4(packet, {.source = host, .destination = host, .protocol = protocol::udp}, datagram);
  Frame frame(packet);
  frame.add_address(Frame::kEthernet + 12, Frame::kEthernet + 10, 2);
  frame.add_address(Frame::kEthernet + 16, kTransport + 6, 2);
  return frame;
}

Frame tcp_frame(bool reply, std::uint8_t flags, std::size_t payload) {
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

// The quoted header holds its own right checksum, so the ICMP checksum is the same for every flow.
Frame error_frame() {
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
