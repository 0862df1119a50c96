#include "scenario/link_frame.h"

#include <algorithm>

#include "statewall/packet.h"

namespace statewall {
namespace {

constexpr std::size_t kEthernetHeader = 14;

}  // namespace

MacAddress group_mac(const Address& group, Family family) {
  const auto& b = group.bytes;
  if (family == Family::ipv6) return {0x33, 0x33, b[12], b[13], b[14], b[15]};
  return {0x01, 0x00, 0x5e, static_cast<std::uint8_t>(b[1] & 0x7f), b[2], b[3]};
}

MacAddress host_mac(const Address& host, Family family) {
  const std::size_t at = family == Family::ipv6 ? 12 : 0;  // four bytes that tell hosts apart
  const auto& b = host.bytes;
  return {0x02, 0x00, b[at], b[at + 1], b[at + 2], b[at + 3]};
}

PacketBytes ethernet_frame(const MacAddress& to, const MacAddress& from, Family family,
                           std::span<const std::uint8_t> packet) {
  const bool six = family == Family::ipv6;
  PacketBytes frame(kEthernetHeader + packet.size());
  std::ranges::copy(to, frame.begin());
  std::ranges::copy(from, frame.begin() + 6);
  frame[12] = six ? 0x86 : 0x08;
  frame[13] = six ? 0xdd : 0x00;
  std::ranges::copy(packet, frame.begin() + kEthernetHeader);
  return frame;
}

MacAddress side_mac(std::size_t side) {
  return {0x02, 0x53, 0x57, 0, 0, static_cast<std::uint8_t>(side + 1)};
}

PacketBytes link_frame(std::span<const std::uint8_t> packet, const rules::Topology& topology,
                       const MacAddress& interface, const std::optional<MacAddress>& sender) {
  const Headers headers = read_ip(packet, ChecksumMode::ignore).headers;
  const bool six = !packet.empty() && packet[0] >> 4 == 6;
  MacAddress to = interface;
  if (topology.is_broadcast(headers.destination, headers.family)) {
    to.fill(0xff);
  } else if (rules::Topology::is_multicast(headers.destination, headers.family)) {
    to = group_mac(headers.destination, headers.family);
  }
  const MacAddress from = sender ? *sender : host_mac(headers.source, headers.family);
  return ethernet_frame(to, from, six ? Family::ipv6 : Family::ipv4, packet);
}

}  // namespace statewall
