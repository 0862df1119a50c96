#include "scenario/fragmenter.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "scenario/extension_words.h"
#include "wire/build_layout.h"
#include "wire/bytes.h"
#include "wire/checksum.h"

namespace statewall {
namespace {

constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40, kUnit = 8;
constexpr std::uint16_t kMoreFollow4 = 0x2000, kOffset4 = 0x1fff;
constexpr std::uint16_t kMoreFollow6 = 1;

/// Where a packet can be cut.
struct Division {
  bool six = false;
  std::size_t head = 0;     ///< bytes that each fragment repeats
  std::size_t next_at = 0;  ///< IPv6: of the byte that names what follows them
};

// The headers that routers on the way read: hop by hop, and routing with what stands before it.
Division divide_ipv6(const PacketBytes& packet) {
  Division division{true, kIpv6Header, 6};
  std::uint8_t next = packet[6];
  std::size_t at = kIpv6Header;
  for (std::size_t name_at = 6; at + kUnit <= packet.size();) {
    const bool options = next == extension::hop_by_hop || next == extension::destination;
    if (!options && next != extension::routing) break;
    const std::uint8_t kind = next;
    name_at = at;
    next = packet[at];
    at += kUnit * (std::size_t{packet[at + 1]} + 1);
    if (kind != extension::destination && at <= packet.size()) division = {true, at, name_at};
  }
  return division;
}

std::optional<Division> divide(const PacketBytes& packet) {
  if (packet.empty()) return {};
  if (packet[0] >> 4 == 6) {
    if (packet.size() < kIpv6Header) return {};
    return divide_ipv6(packet);
  }
  const std::size_t header = std::size_t{packet[0] & 0xfU} * 4;
  if (header < kIpv4Header || packet.size() < header) return {};
  return Division{false, header, 0};
}

void finish_ipv4(PacketBytes& fragment, std::size_t header, std::size_t offset, bool more) {
  const auto flags = static_cast<std::uint16_t>(Bytes(fragment).u16(6) & ~kOffset4);
  build::put16(fragment, 2, fragment.size());
  build::put16(fragment, 6,
               flags | (more ? kMoreFollow4 : std::size_t{0}) | (offset / kUnit & kOffset4));
  build::put16(fragment, 10, 0);
  InternetSum sum;
  sum.add(Bytes(fragment).first(header));
  build::put16(fragment, 10, sum.checksum());
}

void insert_fragment_header(PacketBytes& head, const Division& division, std::size_t offset,
                            bool more, std::uint32_t id) {
  const std::size_t at = head.size();
  head.resize(at + kUnit);
  head[at] = head[division.next_at];
  head[division.next_at] = extension::fragment;
  build::put16(head, at + 2, offset | (more ? kMoreFollow6 : std::size_t{0}));
  build::put32(head, at + 4, id);
}

}  // namespace

PacketBytes fragment_of(const PacketBytes& packet, const FragmentRange& range, std::uint32_t id) {
  const auto division = divide(packet);
  if (!division) return packet;
  const std::size_t size = packet.size() - division->head;
  if (range.from >= size) return {};
  const std::size_t end = std::min<std::size_t>(range.to, size);
  const bool more = end < size;
  const auto at = [&](std::size_t place) {
    return packet.begin() + static_cast<std::ptrdiff_t>(place);
  };
  PacketBytes fragment(packet.begin(), at(division->head));
  if (division->six) insert_fragment_header(fragment, *division, range.from, more, id);
  fragment.insert(fragment.end(), at(division->head + range.from), at(division->head + end));
  if (division->six) {
    build::put16(fragment, 4, fragment.size() - kIpv6Header);
  } else {
    finish_ipv4(fragment, division->head, range.from, more);
  }
  return fragment;
}

std::vector<PacketBytes> fragments_of(const PacketBytes& packet, std::uint32_t size,
                                      std::uint32_t id) {
  const auto division = divide(packet);
  const auto step = static_cast<std::uint32_t>(size / kUnit * kUnit);
  if (!division || packet.size() - division->head <= step) return {packet};
  std::vector<PacketBytes> fragments;
  for (std::uint32_t from = 0; from < packet.size() - division->head; from += step) {
    fragments.push_back(fragment_of(packet, {from, from + step}, id));
  }
  return fragments;
}

}  // namespace statewall
