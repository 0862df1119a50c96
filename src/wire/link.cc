#include "wire/link.h"

#include "wire/link_layers.h"

namespace statewall {
namespace {

// AF_INET is 2 everywhere; AF_INET6 is what the capturing system calls it.
std::uint16_t ethertype_of_family(std::uint32_t family) {
  constexpr std::uint32_t kInet = 2, kLinux = 10, kNetBsd = 24, kFreeBsd = 28, kDarwin = 30;
  switch (family) {
    case kInet: return ethertype::ipv4;
    case kLinux:
    case kNetBsd:
    case kFreeBsd:
    case kDarwin: return ethertype::ipv6;
    default: return 0;
  }
}

// The family in network order; a capturing host that is little-endian shows by its large value.
void read_family(Bytes frame, bool either_order, LinkHeader& header) {
  if (!take(frame, header, 4)) return;
  std::uint32_t family = frame.u32(0);
  if (either_order && family > 0xffff) {
    family = family >> 24 | (family >> 8 & 0xff00) | (family << 8 & 0xff0000) | family << 24;
  }
  end_with(header, ethertype_of_family(family));
}

// Linux puts its own numbers below the EtherTypes; one of them is for LLC.
void read_cooked(Bytes frame, std::size_t length, std::size_t type_at, LinkHeader& header) {
  constexpr std::uint16_t kLlc = 0x0004;
  if (!take(frame, header, length)) return;
  const std::uint16_t type = frame.u16(type_at);
  if (type == kLlc) {
    read_llc(frame, header);
  } else {
    read_ethertype(frame, type, header);
  }
}

// Sixteen bytes of the capturing BSD: the direction, and the compressed header as it was on the
// line. What follows is uncompressed.
void read_slip(Bytes frame, LinkHeader& header) {
  if (take(frame, header, 16)) read_ip_version(frame, header);
}

void read_type(Bytes frame, LinkType link, LinkHeader& header) {
  switch (link) {
    case LinkType::ethernet: return read_ethernet(frame, header);
    case LinkType::linux_cooked: return read_cooked(frame, 16, 14, header);
    case LinkType::linux_cooked_v2: return read_cooked(frame, 20, 0, header);
    case LinkType::null: return read_family(frame, true, header);
    case LinkType::loop: return read_family(frame, false, header);
    case LinkType::raw:
    case LinkType::raw_bsd:
    case LinkType::raw_openbsd: return read_ip_version(frame, header);
    case LinkType::ipv4: return end_with(header, ethertype::ipv4);
    case LinkType::ipv6: return end_with(header, ethertype::ipv6);
    case LinkType::mpls: return end_with(header, ethertype::mpls);
    case LinkType::token_ring: return read_token_ring(frame, header);
    case LinkType::arcnet: return read_arcnet(frame, header);
    case LinkType::arcnet_linux: return read_arcnet_linux(frame, header);
    case LinkType::slip: return read_slip(frame, header);
    case LinkType::ppp: return read_ppp(frame, header);
    case LinkType::ppp_serial: return read_ppp_serial(frame, header);
    case LinkType::ppp_ethernet: return read_pppoe(frame, header);
    case LinkType::fddi: return read_fddi(frame, header);
    case LinkType::atm_rfc1483: return read_llc(frame, header);
    case LinkType::atm_clip: return read_atm_clip(frame, header);
    case LinkType::sunatm: return read_sunatm(frame, header);
    case LinkType::cisco_hdlc: return read_cisco_hdlc(frame, header);
    case LinkType::ieee80211: return read_ieee80211(frame, header);
    case LinkType::radiotap: return read_radiotap(frame, header);
    case LinkType::frame_relay: return read_frame_relay(frame, header);
    case LinkType::multilink_frame_relay: return read_multilink_frame_relay(frame, header);
  }
  header.error = WireError::link_unsupported;
}

}  // namespace

void end_with(LinkHeader& header, std::uint16_t type) {
  header.ethertype = type;
  if (type != ethertype::ipv4 && type != ethertype::ipv6) header.error = WireError::not_ip;
}

void read_ip_version(Bytes frame, LinkHeader& header) {
  if (frame.size() <= header.length) {
    header.error = WireError::link_short;
    return;
  }
  switch (frame.u8(header.length) >> 4) {
    case 4: return end_with(header, ethertype::ipv4);
    case 6: return end_with(header, ethertype::ipv6);
    default: return end_with(header, 0);
  }
}

LinkHeader read_link(Bytes frame, LinkType link) {
  LinkHeader header;
  read_type(frame, link, header);
  if (header.error == WireError::link_short) {
    header = {};
    header.error = WireError::link_short;
  }
  return header;
}

bool supported(LinkType link) {
  return read_link(Bytes(), link).error != WireError::link_unsupported;
}

}  // namespace statewall
