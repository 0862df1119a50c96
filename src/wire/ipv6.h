#pragma once

#include "wire/reading.h"

// IPv6 and its extension headers (RFC 8200).

namespace statewall {

inline constexpr std::size_t kIpv6Header = 40;

/// What the 40 bytes of the fixed header say, nothing of it checked.
void read_ipv6_fields(Bytes header, Headers& headers);

/// Where the chain of extension headers leads.
struct Ipv6Chain {
  WireError error = WireError::none;  ///< ipv6_extension_short
  bool fragment_short = false;        ///< that extension is a fragment header
  std::size_t end = kIpv6Header;      ///< where the first header begins that is no extension
  bool fragment_header = false;       ///< there is one
  bool source_routed = false;         ///< the destination is not yet the last one
};

/// Is this protocol number that of an extension header, behind which another follows?
bool is_ipv6_extension(std::uint8_t kind);

/// Walks the extension headers of `packet`, which begins with the fixed header: as far as they go,
/// and not past a fragment header with an offset, behind which stands the middle of something.
/// Leaves in `headers` the protocol at the end of the chain and what a fragment header says. Where
/// the packet ends inside an extension header that tells what follows it, that is the protocol, and
/// the chain ends beyond the packet; else the protocol is that extension's own number.
/// REQUIRES: `headers` are as `read_ipv6_fields` left them.
Ipv6Chain walk_ipv6_extensions(Bytes packet, Headers& headers);

/// Reads the headers at packet.l3_offset; sets where the transport begins, unless the packet is a
/// later fragment.
WireError read_ipv6(Reading& reading, Packet& packet);

}  // namespace statewall
