#include "track/fragment.h"

#include <cstring>

#include "track/siphash.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

namespace statewall {
namespace {

constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kAuthentication = 51,
                       kNone = 59, kDestination = 60;
constexpr std::size_t kFragmentHeader = 8;

// The extension headers that the kernel's reassembly walks. Behind others, which `wire` knows, it
// finds no fragment header, and such a packet is no fragment.
bool is_extension(std::uint8_t kind) {
  switch (kind) {
    case kHopByHop:
    case kRouting:
    case kFragment:
    case kAuthentication:
    case kDestination: return true;
    default: return false;
  }
}

std::size_t length_of(std::uint8_t kind, std::uint8_t second_byte) {
  if (kind == kFragment) return kFragmentHeader;
  return kind == kAuthentication ? (std::size_t{second_byte} + 2) * 4
                                 : (std::size_t{second_byte} + 1) * 8;
}

// Where the first fragment header is, and the byte that announces it; false if there is none.
bool find_fragment_header(Bytes ip, std::size_t& at, std::size_t& link) {
  std::uint8_t kind = ip.u8(6);
  at = kIpv6Header;
  link = 6;
  while (kind != kFragment) {
    if (!is_extension(kind) || at + 2 > ip.size()) return false;
    link = at;
    at += length_of(kind, ip.u8(link + 1));
    kind = ip.u8(link);
  }
  return at + kFragmentHeader <= ip.size();
}

// The transport bytes that a first fragment must hold.
std::size_t transport_needed(std::uint8_t kind) {
  switch (kind) {
    case protocol::tcp: return 20;
    case protocol::udp:
    case protocol::icmpv6: return 8;
    default: return 1;
  }
}

// Does a first fragment end inside its transport header, or inside an extension header that tells
// its own length? Where the chain ends between two headers, the kernel does not see it.
bool lacks_headers(Bytes ip, std::size_t at) {
  std::uint8_t kind = kFragment;
  while (is_extension(kind)) {
    if (at + 2 > ip.size()) return false;
    const std::uint8_t this_kind = kind;
    if (this_kind == kFragment) {
      if (at + 4 > ip.size() || (ip.u16(at + 2) & 0xfff8) != 0) return false;
    }
    kind = ip.u8(at);
    at += length_of(this_kind, ip.u8(at + 1));
  }
  return kind != kNone && at + transport_needed(kind) > ip.size();
}

FragmentKind read_ipv6(Bytes ip, Fragment& fragment) {
  std::size_t at, link;
  if (ip.u16(4) == 0 || !find_fragment_header(ip, at, link)) return FragmentKind::none;
  if (lacks_headers(ip, at)) return FragmentKind::unsplit;
  const std::uint16_t bits = ip.u16(at + 2);
  fragment.key.id = ip.u32(at + 4);
  fragment.header = ip.first(at);
  fragment.payload = ip.from(at + kFragmentHeader);
  fragment.offset = bits & 0xfff8;
  fragment.more = (bits & 1) != 0;
  fragment.ecn = ip.u8(1) >> 4 & 3;
  fragment.next_header = ip.u8(at);
  fragment.link = static_cast<std::uint16_t>(link);
  return FragmentKind::fragment;
}

FragmentKind read_ipv4(Bytes ip, Fragment& fragment) {
  const std::size_t length = ipv4_header_length(ip);
  const std::uint16_t bits = ip.u16(6);
  if ((bits & 0x3fff) == 0) return FragmentKind::none;
  fragment.key.id = ip.u16(4);
  fragment.key.protocol = ip.u8(9);
  fragment.header = ip.first(length);
  fragment.payload = ip.from(length);
  fragment.offset = (bits & 0x1fffU) * 8;
  fragment.more = (bits & 0x2000) != 0;
  fragment.dont_fragment = (bits & 0x4000) != 0;
  fragment.ecn = ip.u8(1) & 3;
  return FragmentKind::fragment;
}

}  // namespace

std::uint64_t hash_of(const DatagramKey& key, const std::array<std::uint64_t, 2>& secret) {
  std::array<std::uint64_t, 5> words;
  std::memcpy(words.data(), &key, sizeof key);
  return siphash13(secret, words);
}

FragmentKind read_fragment(Bytes ip, const Packet& packet, Zone zone, Fragment& fragment) {
  fragment.key.source = packet.headers.source;
  fragment.key.destination = packet.headers.destination;
  fragment.key.zone = zone;
  fragment.key.family = packet.headers.family;
  fragment.size = static_cast<std::uint32_t>(ip.size());
  return packet.headers.family == Family::ipv6 ? read_ipv6(ip, fragment) : read_ipv4(ip, fragment);
}

}  // namespace statewall
