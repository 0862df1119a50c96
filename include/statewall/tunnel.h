#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "statewall/packet.h"

// Packets that carry packets. `read_frame` reads the outer one; this finds what is inside, as deep
// as it goes. Like all reading it allocates nothing and takes any bytes.
// Thread-safe: every function here is pure.

namespace statewall {

enum class Tunnel : std::uint8_t {
  none,
  ipip,    ///< IPv4 in IPv4 or IPv6 (RFC 2003, RFC 2473)
  sixin4,  ///< IPv6 in IPv4 or IPv6 (RFC 4213, RFC 2473)
  gre,     ///< RFC 2784 and RFC 2890; PPP in the GRE of PPTP (RFC 2637)
  erspan,  ///< mirrored Ethernet frames in GRE, types I to III
  vxlan,   ///< RFC 7348, to UDP port 4789, or 8472 as Linux has it by default
  geneve,  ///< RFC 8926, to UDP port 6081
  mpls,    ///< a stack of labels (RFC 3032): IP, or Ethernet with a control word (RFC 4448)
  count
};

/// "ipip", "6in4", "gre", ...
std::string_view name(Tunnel tunnel);

/// What a packet carries.
struct Inner {
  Tunnel tunnel = Tunnel::none;
  LinkType link = LinkType::raw;  ///< what begins there
  std::uint32_t offset = 0;       ///< in the frame that was captured
  std::uint32_t length = 0;       ///< on the wire, captured or not; 0: to the end of what is around
  std::uint32_t id = 0;           ///< VXLAN and Geneve: VNI; GRE: key; MPLS: the last label
};

/// One level. `outer` was read from `frame`, by `read_frame` or as the packet of an Inner.
///
/// Nothing is found in fragments, in packets with an error or a wrong checksum, and in headers that
/// the frame does not hold in full. What a packet carries is told by numbers of protocols and
/// ports, and what stands under MPLS labels tells nothing of itself: its first nibble is taken for
/// an IP version, and two bytes of zero for a control word. Whether a packet really is inside shows
/// when it is read.
std::optional<Inner> find_inner(std::span<const std::uint8_t> frame, const Packet& outer);

inline constexpr std::size_t kMaxTunnels = 4;

/// The way to the innermost packet, outermost first.
struct InnerPath {
  std::array<Inner, kMaxTunnels> levels;
  std::uint8_t depth = 0;  ///< levels that are set; 0: there is no tunnel
};

/// Reads the innermost packet, through up to `kMaxTunnels` levels. Where there is no tunnel, it is
/// what `read_frame` gives. All offsets in it count from the beginning of the frame; link type,
/// VLAN, EtherType and l3_offset are those of the innermost frame.
///
/// An inner packet is the answer as soon as its addresses could be read, with its own error if it
/// is broken behind them. Where they could not (it is encrypted, not IP, too short, or cut) the one
/// around it is the answer. It is cut, and its lengths are judged, as if it had come by itself: it
/// ends where the one around it ends. `path`, if not null, tells how it was found.
Packet read_innermost(std::span<const std::uint8_t> captured, LinkType link,
                      std::size_t original_length, ChecksumMode mode = ChecksumMode::automatic,
                      InnerPath* path = nullptr);

}  // namespace statewall
