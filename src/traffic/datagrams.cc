#include "traffic/datagrams.h"

#include "wire/build.h"

namespace statewall {
namespace {

constexpr std::size_t kUdpHeader = 8;

void put16(Octets& bytes, std::size_t at, std::uint32_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

// A length (UDP) or coverage (UDP-Lite) around each limit.
std::uint32_t odd_length(Random& random, std::size_t size) {
  const auto whole = static_cast<std::uint32_t>(size);
  const std::uint32_t lengths[] = {0, 1, 7, 8, 9, whole - 1, whole + 1, whole + 4, 65535};
  return random.of(lengths);
}

void spoil_udp(Random& random, Draft& out) {
  out.right = false;
  switch (random.below(4)) {
    case 0: put16(out.body, 6, 0); break;  // no checksum
    case 1: out.body[6] ^= 0x55; break;
    case 2: put16(out.body, 4, odd_length(random, out.body.size())); break;
    default: out.body.resize(random.below(kUdpHeader + 1)); break;
  }
}

}  // namespace

UdpTalk::UdpTalk(Random& random, TrafficKind kind, std::uint32_t wrong, std::uint32_t ipv6)
    : kind_(kind), wrong_(wrong), ipv6_(ipv6) {
  begin(random);
}

void UdpTalk::begin(Random& random) {
  ends_ = random_ends(random, ipv6_);
  port_a_ = random_port(random);
  port_b_ = random_port(random);
}

Draft UdpTalk::next(Random& random) {
  if (random.one_in(8)) begin(random);
  const bool lite = kind_ == TrafficKind::udp_lite;
  const bool turned = random.one_in(2);
  Draft out = draft(kind_, turned ? ends_.turned() : ends_,
                    lite ? ip_protocol::udp_lite : ip_protocol::udp);
  const std::uint16_t from = turned ? port_b_ : port_a_;
  const std::uint16_t to = turned ? port_a_ : port_b_;
  const Octets data = payload(random.below(4) * 25);
  const auto most = static_cast<std::uint32_t>(kUdpHeader + data.size());
  const std::uint32_t coverages[] = {0, 8, most, 8 + random.below(most - 7)};
  const auto coverage = static_cast<std::uint16_t>(random.of(coverages));
  fill(out, kUdpHeader + data.size(), [&](std::span<std::uint8_t> to_bytes) {
    return lite ? build_udp_lite(to_bytes, out.source, out.destination, from, to, coverage, data)
                : build_udp(to_bytes, out.source, out.destination, from, to, data);
  });
  if (random.per_mille(wrong_ / 2)) spoil_udp(random, out);
  return out;
}

Draft random_gre(Random& random, std::uint32_t wrong, std::uint32_t ipv6) {
  constexpr std::uint16_t kPpp = 0x880b, kVersion1 = 1;
  constexpr std::uint16_t kProtocols[] = {0x0800, 0x86dd, kPpp, 0x6558, 0};
  constexpr std::uint32_t kKeys[] = {0, 1, 0x00010002, 0xffffffff};
  Draft out = draft(TrafficKind::gre, random_ends(random, ipv6), ip_protocol::gre);
  const bool version1 = random.one_in(3);
  std::uint32_t flags = version1 ? kGreKey | kVersion1 : 0;
  if (random.one_in(3)) flags |= kGreSequence;
  if (version1 && random.one_in(3)) flags |= kGreAcknowledgement;
  if (!version1 && random.one_in(3)) flags |= kGreKey;
  if (!version1 && random.one_in(4)) flags |= kGreChecksum;
  GreFields fields;
  fields.protocol = version1 ? kPpp : random.of(kProtocols);
  if (random.per_mille(wrong)) {
    if (random.one_in(2)) fields.protocol = random.of(kProtocols);
    if (random.one_in(2)) flags ^= 1U << random.below(16);
  }
  fields.flags = static_cast<std::uint16_t>(flags);
  fields.key = random.of(kKeys);
  fields.sequence = random.below(4);
  fields.acknowledgement = random.below(4);
  const Octets data = payload(random.below(3) * 20);
  fill(out, 20 + data.size(),
       [&](std::span<std::uint8_t> to) { return build_gre(to, fields, data); });
  if (random.per_mille(wrong / 4)) out.body.resize(random.below(16));
  return out;
}

Draft random_other(Random& random, std::uint32_t ipv6) {
  constexpr std::uint8_t kProtocols[] = {ip_protocol::esp,
                                         ip_protocol::ah,
                                         ip_protocol::ipip,
                                         ip_protocol::ipv6,
                                         253,
                                         255,
                                         33 /* DCCP */,
                                         2 /* IGMP */,
                                         89 /* OSPF */,
                                         112 /* VRRP */};
  const Ends ends = random_ends(random, ipv6);
  Draft out = draft(TrafficKind::other, ends, random.of(kProtocols));
  if (random.one_in(4)) {  // ICMPv6 in IPv4, ICMP in IPv6 (A20)
    out.protocol = ends.family == Family::ipv6 ? ip_protocol::icmp : ip_protocol::icmpv6;
    constexpr std::uint8_t kTypes[] = {8, 0, 3, 128, 129, 1};
    fill_icmp(out, random.of(kTypes), 0, 1U << 16 | 1, payload(12));
    return out;
  }
  // Of AH in IPv6 the bytes are an extension header: the next is TCP, its length 4 words more.
  out.body = payload(random.one_in(4) ? random.below(30) : 32);
  if (out.protocol == ip_protocol::ah) {
    if (out.body.size() >= 2) {
      out.body[0] = random.one_in(2) ? ip_protocol::udp : ip_protocol::none;
      out.body[1] = 4;
    }
    out.right = false;
  }
  return out;
}

}  // namespace statewall
