#include "wire/gre.h"

#include "wire/link.h"
#include "wire/tunnel.h"

// GRE: RFC 2784 with key and sequence number (RFC 2890), PPTP's version of it (RFC 2637), the
// mirrored frames of ERSPAN (draft-foschiano-erspan), and the packets of WCCP.

namespace statewall {
namespace {

constexpr std::uint16_t kChecksum = 0x8000, kRouting = 0x4000, kKey = 0x2000, kSequence = 0x1000,
                        kAcknowledgement = 0x0080, kVersion = 0x0007;
constexpr std::uint16_t kErspan = 0x88be, kErspan3 = 0x22eb, kPppOfPptp = 0x880b, kWccp = 0x883e;
constexpr std::uint32_t kGre = 4, kWord = 4;

std::optional<Inner> inside_pptp(Bytes gre) {
  const std::uint16_t flags = gre.u16(0);
  if (gre.u16(2) != kPppOfPptp || (flags & kKey) == 0 || (flags & kSequence) == 0) return {};
  Inner inner{.tunnel = Tunnel::gre, .link = LinkType::ppp, .offset = kGre + 2 * kWord};
  if ((flags & kAcknowledgement) != 0) inner.offset += kWord;
  inner.id = gre.u16(6);  // of the call
  return inner;
}

// Type I has no header of its own, and GRE no sequence number (type II). The last bit of type III
// says that eight more bytes follow.
std::optional<Inner> inside_erspan(Bytes gre, std::uint16_t type, Inner inner, bool sequence) {
  constexpr std::uint32_t kType2 = 8, kType3 = 12, kSubheader = 8;
  const std::uint32_t at = inner.offset;
  const bool third = type == kErspan3;
  inner.tunnel = Tunnel::erspan;
  inner.link = LinkType::ethernet;
  inner.id = third || sequence ? gre.u16(at + 2) & 0x03ffu : 0;  // of the session
  if (third) {
    inner.offset += kType3;
    if ((gre.u8(at + kType3 - 1) & 1) != 0) inner.offset += kSubheader;
  } else if (sequence) {
    inner.offset += kType2;
  }
  return inner;
}

// A packet redirected to a web cache. The second version of WCCP has a word of its own before it,
// which never begins like an IPv4 header (draft-wilson-wrec-wccp-v2 4.12.1).
Inner inside_wccp(Bytes gre, Inner inner) {
  inner.link = LinkType::ipv4;
  if (gre.u8(inner.offset) >> 4 != 4) inner.offset += kWord;
  return inner;
}

}  // namespace

std::optional<LinkType> link_of_ethertype(std::uint16_t type) {
  switch (type) {
    case ethertype::ipv4: return LinkType::ipv4;
    case ethertype::ipv6: return LinkType::ipv6;
    case ethertype::bridged: return LinkType::ethernet;
    case ethertype::mpls:
    case ethertype::mpls_upstream: return LinkType::mpls;
    default: return {};
  }
}

void read_gre_key(Bytes gre, Headers& headers) {
  constexpr std::size_t kCallId = 6, kWithCallId = 8;
  if ((gre.u16(0) & kVersion) != 1 || gre.size() < kWithCallId) return;
  headers.gre_unkeyed = gre.u16(2) != kPppOfPptp;
  if (!headers.gre_unkeyed) headers.destination_port = gre.u16(kCallId);
}

std::optional<Inner> inside_gre(Bytes gre) {
  const std::uint16_t flags = gre.u16(0), type = gre.u16(2);
  if ((flags & kVersion) == 1) return inside_pptp(gre);
  if ((flags & kVersion) != 0 || (flags & kRouting) != 0) return {};
  Inner inner{.tunnel = Tunnel::gre, .offset = kGre};
  if ((flags & kChecksum) != 0) inner.offset += kWord;
  if ((flags & kKey) != 0) {
    inner.id = gre.u32(inner.offset);
    inner.offset += kWord;
  }
  const bool sequence = (flags & kSequence) != 0;
  if (sequence) inner.offset += kWord;

  if (type == kErspan || type == kErspan3) return inside_erspan(gre, type, inner, sequence);
  if (type == kWccp) return inside_wccp(gre, inner);
  const auto link = link_of_ethertype(type);
  if (!link) return {};
  inner.link = *link;
  return inner;
}

}  // namespace statewall
