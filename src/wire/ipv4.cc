#include "wire/ipv4.h"

#include "wire/checksum.h"

namespace statewall {
namespace {

// Under `automatic`, a checksum field of 0 was left to the network card.
Checksum judge_header_checksum(Bytes header, ChecksumMode mode) {
  if (mode == ChecksumMode::ignore) return Checksum::none;
  InternetSum sum;
  if (header.size() == kIpv4MinHeader) {
    sum.add_20(header.data());
  } else {
    sum.add(header);
  }
  if (sum.right()) return Checksum::good;
  const bool unset = header.u16(10) == 0 && mode == ChecksumMode::automatic;
  return unset ? Checksum::offloaded : Checksum::bad;
}

// Is the destination only the next stop of a source route (RFC 791 3.1)? The checksum of the
// transport goes over the last one (RFC 1122 4.1.3.4).
bool is_source_routed(Bytes options) {
  constexpr std::uint8_t kEnd = 0, kNop = 1, kLooseRoute = 131, kStrictRoute = 137;
  while (options.size() > 0 && options.u8(0) != kEnd) {
    const std::uint8_t kind = options.u8(0);
    const std::uint8_t length = kind == kNop ? std::uint8_t{1} : options.u8(1);
    if (length == 0) return false;
    const bool route = kind == kLooseRoute || kind == kStrictRoute;
    if (route && options.u8(2) <= length) return true;
    options = options.from(length);
  }
  return false;
}

}  // namespace

WireError read_ipv4(Reading& reading, Packet& packet) {
  const Bytes ip = reading.frame.from(packet.l3_offset);
  const std::size_t room = reading.wire_length - packet.l3_offset;
  if (ip.size() < kIpv4MinHeader) {
    packet.cut = room > ip.size();
    return WireError::ipv4_short;
  }
  if (ip.u8(0) >> 4 != 4) return WireError::ipv4_version;
  read_ipv4_fields(ip.whole(), packet.headers);
  read_ipv4_fragment(ip.whole(), packet.headers);

  const std::size_t header_length = ipv4_header_length(ip);
  if (header_length < kIpv4MinHeader) return WireError::ipv4_header_length;
  if (header_length > room) return WireError::ipv4_options_short;

  std::size_t length = ip.u16(2);
  packet.length_offloaded = length == 0 && reading.mode != ChecksumMode::verify;
  if (packet.length_offloaded) length = room;
  if (length < header_length) return WireError::ipv4_total_length;
  if (length > room) return WireError::ipv4_truncated;
  packet.ip_length = static_cast<std::uint32_t>(length);

  const Bytes present = ip.first(length);
  packet.cut = present.size() < length;
  if (header_length > present.size()) return WireError::ipv4_options_short;
  packet.ip_checksum = judge_header_checksum(present.first(header_length), reading.mode);
  if (packet.ip_checksum == Checksum::bad) return WireError::ipv4_checksum;
  if (header_length > kIpv4MinHeader) {
    reading.pseudo_header_known =
        !is_source_routed(present.first(header_length).from(kIpv4MinHeader));
  }

  if (packet.headers.fragment_offset != 0) return WireError::none;
  packet.l4_offset = static_cast<std::uint32_t>(packet.l3_offset + header_length);
  packet.l4_length = static_cast<std::uint32_t>(length - header_length);
  packet.l4_present = static_cast<std::uint32_t>(present.size() - header_length);
  return WireError::none;
}

}  // namespace statewall
