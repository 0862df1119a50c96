#pragma once

#include "wire/reading.h"

// TCP (RFC 9293), window scale (RFC 7323) and SACK (RFC 2018).

namespace statewall {

inline constexpr std::size_t kTcpMinHeader = 20;

/// Judges the checksum and reads the header.
WireError read_tcp(const Reading& reading, Bytes segment, Packet& packet);

/// An option of another length than its kind has is passed over; one that is no option ends the
/// list.
void read_tcp_options(Bytes options, TcpHeader& tcp);

/// Reads the header alone. The checksum, of which it knows nothing, may be judged before or after.
inline WireError read_tcp_header(Bytes segment, Packet& packet) {
  TcpHeader& tcp = packet.tcp;
  read_header<kTcpMinHeader>(segment, [&](const auto& header) {
    packet.headers.source_port = header.u16(0);
    packet.headers.destination_port = header.u16(2);
    tcp.sequence = header.u32(4);
    tcp.acknowledgement = tcp.sack_right = header.u32(8);
    tcp.flags = header.u8(13);
    tcp.window = header.u16(14);
  });
  if (segment.size() < kTcpMinHeader) return WireError::tcp_short;

  const std::size_t header_length = std::size_t{segment.u8(12)} / 16 * 4;
  if (header_length < kTcpMinHeader) return WireError::tcp_data_offset;
  if (header_length > packet.l4_length) return WireError::tcp_options_short;
  tcp.payload_length = packet.l4_length - static_cast<std::uint32_t>(header_length);
  tcp.has_options = header_length > kTcpMinHeader;
  // Options that the snap length took are not there to read; nothing is wrong with the packet.
  if (tcp.has_options) read_tcp_options(segment.first(header_length).from(kTcpMinHeader), tcp);
  return WireError::none;
}

}  // namespace statewall
