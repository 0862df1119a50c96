#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "require.h"
#include "statewall/packet.h"
#include "statewall/tunnel.h"

// Any bytes as a frame, and what is in its tunnels. Input: one byte for the link type, one for the
// mode, two for how much was cut (big-endian), then the frame.

namespace {

using namespace statewall;

// Append only: the stored inputs name them by place.
constexpr LinkType kLinks[] = {
    LinkType::ethernet,    LinkType::null,         LinkType::raw_bsd,
    LinkType::raw,         LinkType::loop,         LinkType::linux_cooked,
    LinkType::ipv4,        LinkType::ipv6,         LinkType::linux_cooked_v2,
    LinkType{147},         LinkType::token_ring,   LinkType::arcnet,
    LinkType::slip,        LinkType::ppp,          LinkType::fddi,
    LinkType::raw_openbsd, LinkType::ppp_serial,   LinkType::ppp_ethernet,
    LinkType::atm_rfc1483, LinkType::cisco_hdlc,   LinkType::ieee80211,
    LinkType::atm_clip,    LinkType::frame_relay,  LinkType::sunatm,
    LinkType::radiotap,    LinkType::arcnet_linux, LinkType::multilink_frame_relay,
    LinkType::mpls};
constexpr ChecksumMode kModes[] = {ChecksumMode::automatic, ChecksumMode::verify,
                                   ChecksumMode::ignore};

bool of_link(WireError error) {
  return error == WireError::link_unsupported || error == WireError::link_short ||
         error == WireError::not_ip;
}

bool of_transport(WireError error) {
  return error >= WireError::icmp_short && error <= WireError::udp_length;
}

void require_places(const Packet& p, std::size_t captured, std::size_t original) {
  STATEWALL_REQUIRE(p.l3_offset <= captured);
  STATEWALL_REQUIRE(std::size_t{p.l3_offset} + p.ip_length <= original);
  STATEWALL_REQUIRE(std::size_t{p.l4_offset} + p.l4_present <= captured);
  STATEWALL_REQUIRE(p.l4_present <= p.l4_length);
  STATEWALL_REQUIRE(p.tcp.payload_length <= p.l4_length);
  if (p.l4_offset == 0) {
    STATEWALL_REQUIRE(p.l4_length == 0);
  } else {
    STATEWALL_REQUIRE(p.l4_offset > p.l3_offset);
    STATEWALL_REQUIRE(p.l4_offset + p.l4_length == p.l3_offset + p.ip_length);
    STATEWALL_REQUIRE(p.cut == (p.l4_present < p.l4_length));
  }
}

void require_sense(const Packet& p, std::size_t captured, std::size_t original, ChecksumMode mode) {
  // Under `verify` a fragment is judged as a host would that took it for the whole.
  const bool lenient_fragment = p.headers.fragment() && mode != ChecksumMode::verify;
  STATEWALL_REQUIRE(p.error < WireError::quote_short);
  STATEWALL_REQUIRE(!p.cut || original > captured);
  STATEWALL_REQUIRE(p.vlan_tags <= kMaxVlanTags);
  STATEWALL_REQUIRE(p.vlan_tags != 0 || p.vlan == 0);
  STATEWALL_REQUIRE(!of_link(p.error) || p.headers.family == Family::none);
  STATEWALL_REQUIRE(p.error != WireError::none || p.headers.family != Family::none);
  STATEWALL_REQUIRE(!of_transport(p.error) || (p.l4_offset != 0 && !lenient_fragment));
  STATEWALL_REQUIRE((p.ip_checksum == Checksum::bad) == (p.error == WireError::ipv4_checksum));
  STATEWALL_REQUIRE(p.l4_checksum != Checksum::cut || p.cut);
  STATEWALL_REQUIRE(!lenient_fragment || p.l4_checksum == Checksum::none);
  STATEWALL_REQUIRE(p.headers.fragment_offset == 0 || p.l4_offset == 0);
  STATEWALL_REQUIRE(p.headers.fragment_offset % 8 == 0);
  if (p.has_quote) {
    STATEWALL_REQUIRE(p.error == WireError::none && !lenient_fragment);
    STATEWALL_REQUIRE(p.quote.l4_length + 8 <= p.l4_present);
  } else {
    STATEWALL_REQUIRE(p.quote == Quote{});
  }
  STATEWALL_REQUIRE(p.headers.protocol == protocol::sctp || p.sctp == SctpHeader{});
}

void require_mode(const Packet& p, ChecksumMode mode) {
  if (mode == ChecksumMode::verify) {
    STATEWALL_REQUIRE(!p.cut && !p.length_offloaded);
    STATEWALL_REQUIRE(p.ip_checksum != Checksum::offloaded);
    STATEWALL_REQUIRE(p.l4_checksum != Checksum::offloaded);
  }
  if (mode == ChecksumMode::ignore) {
    STATEWALL_REQUIRE(p.ip_checksum == Checksum::none && p.l4_checksum == Checksum::none);
  }
}

bool same(const Packet& a, const Packet& b) {
  return a.error == b.error && a.cut == b.cut && a.l3_offset == b.l3_offset &&
         a.l4_offset == b.l4_offset && a.ip_length == b.ip_length && a.l4_present == b.l4_present &&
         a.l4_checksum == b.l4_checksum && a.headers.source == b.headers.source &&
         a.headers.source_port == b.headers.source_port;
}

void require_path(const InnerPath& path, const Packet& packet, std::size_t captured) {
  STATEWALL_REQUIRE(path.depth <= kMaxTunnels);
  std::size_t least = 0;
  for (std::size_t level = 0; level < path.depth; ++level) {
    const Inner& inner = path.levels[level];
    STATEWALL_REQUIRE(inner.tunnel != Tunnel::none && inner.tunnel < Tunnel::count);
    STATEWALL_REQUIRE(supported(inner.link));
    STATEWALL_REQUIRE(inner.offset > least && inner.offset < captured);
    least = inner.offset;
  }
  STATEWALL_REQUIRE(packet.l3_offset >= least);
  STATEWALL_REQUIRE(path.depth == 0 || packet.headers.family != Family::none);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const LinkType link = kLinks[data[0] % std::size(kLinks)];
  const ChecksumMode mode = kModes[data[1] % std::size(kModes)];
  const std::span<const std::uint8_t> frame(data + 4, size - 4);
  const std::size_t original = frame.size() + (std::size_t{data[2]} << 8 | data[3]);

  const Packet packet = read_frame(frame, link, original, mode);
  require_places(packet, frame.size(), original);
  require_sense(packet, frame.size(), original, mode);
  require_mode(packet, mode);
  STATEWALL_REQUIRE(supported(link) == (packet.error != WireError::link_unsupported));
  STATEWALL_REQUIRE(!sentence(packet.error).empty());

  InnerPath path;
  const Packet inner = read_innermost(frame, link, original, mode, &path);
  require_places(inner, frame.size(), original);
  require_sense(inner, frame.size(), original, mode);
  require_mode(inner, mode);
  require_path(path, inner, frame.size());
  STATEWALL_REQUIRE(path.depth != 0 || same(packet, inner));
  const auto first = find_inner(frame, packet);
  STATEWALL_REQUIRE(path.depth == 0 || (first && first->offset == path.levels[0].offset));
  return 0;
}
