#include "wire/tcp.h"

#include "wire/checksum.h"

namespace statewall {
namespace {

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

}  // namespace

void read_tcp_options(Bytes options, TcpHeader& tcp) {
  constexpr std::uint8_t kEnd = 0, kNop = 1;
  while (options.size() > 0 && options.u8(0) != kEnd) {
    const std::uint8_t kind = options.u8(0);
    const std::size_t length = kind == kNop ? 1 : options.u8(1);
    // Nothing behind what is no option can be found.
    if (length > options.size() || (kind != kNop && length < 2)) return;
    read_option(kind, options.first(length), tcp);
    options = options.from(length);
  }
}

WireError read_tcp(const Reading& reading, Bytes segment, Packet& packet) {
  packet.l4_checksum = judge_transport(
      reading, packet, segment,
      {.length = packet.l4_length, .field_at = 16, .pseudo_header = true, .offloadable = true});
  return read_tcp_header(segment, packet);
}

}  // namespace statewall
