#include "wire/tunnel.h"

// Overlay networks in UDP, and MPLS.

namespace statewall {

// RFC 7348 5: flags, of which one says that the VNI is there; reserved; VNI; reserved. Reserved
// bits are ignored on receipt.
std::optional<Inner> inside_vxlan(Bytes payload) {
  constexpr std::uint8_t kHasVni = 0x08;
  if ((payload.u8(0) & kHasVni) == 0) return {};
  return Inner{
      .tunnel = Tunnel::vxlan, .link = LinkType::ethernet, .offset = 8, .id = payload.u32(4) >> 8};
}

// RFC 8926 3.4: version and length of the options in words, flags, EtherType, VNI, reserved.
std::optional<Inner> inside_geneve(Bytes payload) {
  if (payload.u8(0) >> 6 != 0) return {};
  const auto link = link_of_ethertype(payload.u16(2));
  if (!link) return {};
  return Inner{.tunnel = Tunnel::geneve,
               .link = *link,
               .offset = 8 + (payload.u8(0) & 0x3fu) * 4,
               .id = payload.u32(4) >> 8};
}

std::optional<Inner> inside_mpls(Bytes labels) {
  constexpr std::uint32_t kMostLabels = 16, kLabel = 4, kControlWord = 4;
  std::uint32_t at = 0;
  while ((labels.u32(at) & 0x100) == 0) {  // not the last of the stack
    at += kLabel;
    if (at == kMostLabels * kLabel || at >= labels.size()) return {};
  }
  Inner inner{.tunnel = Tunnel::mpls, .offset = at + kLabel, .id = labels.u32(at) >> 12};
  const Bytes payload = labels.from(inner.offset);
  switch (payload.u8(0) >> 4) {
    case 4: inner.link = LinkType::ipv4; return inner;
    case 6: inner.link = LinkType::ipv6; return inner;
    default: break;
  }
  if (payload.size() < kControlWord || payload.u16(0) != 0) return {};
  inner.link = LinkType::ethernet;
  inner.offset += kControlWord;
  return inner;
}

}  // namespace statewall
