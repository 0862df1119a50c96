#include "wire/tcp.h"

#include "wire/checksum.h"

namespace statewall {
namespace {

constexpr std::size_t kTcpMinHeader = 20;

// The highest of the ACK number and the right edges of the blocks of a SACK option; "higher" as
// sequence numbers go round.
std::uint32_t highest_edge(std::uint32_t acknowledgement, Bytes blocks) {
  std::uint32_t highest = acknowledgement;
  for (Bytes rest = blocks; rest.size() >= 8; rest = rest.from(8)) {
    const std::uint32_t edge = rest.u32(4);
    if (static_cast<std::int32_t>(highest - edge) < 0) highest = edge;
  }
  return highest;
}

// An option of another length than its kind has is passed over.
void read_option(std::uint8_t kind, Bytes option, TcpHeader& tcp) {
  constexpr std::uint8_t kWindowScale = 3, kSackPermitted = 4, kSack = 5;
  switch (kind) {
    case kWindowScale:
      if (option.size() != 3) break;
      tcp.has_window_scale = true;
      tcp.window_scale = option.u8(2);
      break;
    case kSackPermitted: tcp.sack_permitted |= option.size() == 2; break;
    case kSack:
      if (tcp.has_sack || option.size() < 10 || option.size() % 8 != 2) break;
      tcp.has_sack = true;
      tcp.sack_right = highest_edge(tcp.acknowledgement, option.from(2));
      break;
    default: break;
  }
}

// An option that is no option ends the list: nothing behind it can be found.
void read_options(Bytes options, TcpHeader& tcp) {
  constexpr std::uint8_t kEnd = 0, kNop = 1;
  while (options.size() > 0 && options.u8(0) != kEnd) {
    const std::uint8_t kind = options.u8(0);
    const std::size_t length = kind == kNop ? 1 : options.u8(1);
    if (length > options.size() || (kind != kNop && length < 2)) return;
    read_option(kind, options.first(length), tcp);
    options = options.from(length);
  }
}

}  // namespace

WireError read_tcp(const Reading& reading, Bytes segment, Packet& packet) {
  TcpHeader& tcp = packet.tcp;
  read_header<kTcpMinHeader>(segment, [&](const auto& header) {
    packet.headers.source_port = header.u16(0);
    packet.headers.destination_port = header.u16(2);
    tcp.sequence = header.u32(4);
    tcp.acknowledgement = tcp.sack_right = header.u32(8);
    tcp.flags = header.u8(13);
    tcp.window = header.u16(14);
  });
  packet.l4_checksum = judge_transport(
      reading, packet, segment,
      {.length = packet.l4_length, .field_at = 16, .pseudo_header = true, .offloadable = true});
  if (segment.size() < kTcpMinHeader) return WireError::tcp_short;

  const std::size_t header_length = std::size_t{segment.u8(12)} / 16 * 4;
  if (header_length < kTcpMinHeader) return WireError::tcp_data_offset;
  if (header_length > packet.l4_length) return WireError::tcp_options_short;
  tcp.payload_length = packet.l4_length - static_cast<std::uint32_t>(header_length);
  tcp.has_options = header_length > kTcpMinHeader;
  if (!tcp.has_options) return WireError::none;
  // Options that the snap length took are not there to read; nothing is wrong with the packet.
  read_options(segment.first(header_length).from(kTcpMinHeader), tcp);
  return WireError::none;
}

}  // namespace statewall
