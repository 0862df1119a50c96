#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scenario/fragmenter.h"
#include "scenario/packet_spec.h"

namespace statewall {

/// Routers keep an error within 576 bytes (RFC 1812 4.3.2.3): what its own headers leave of them.
inline constexpr std::uint32_t kMostQuoted = 576 - 20 - 8;
/// And those of IPv6 within its smallest MTU (RFC 4443 2.4).
inline constexpr std::uint32_t kMostQuoted6 = 1280 - 40 - 8;

/// Makes the packet that the words describe. `sent` are the packets before it, for those that quote
/// one; of a packet that is sent in fragments it is the whole. REQUIRES: packet.quoting is at most
/// sent.size().
PacketBytes make_packet(const PacketSpec& packet, std::span<const PacketBytes> sent);

/// What of it travels: itself, or the fragments that it is sent in. REQUIRES: `made` is what
/// `make_packet` made of the same words.
std::vector<PacketBytes> parts_sent(const PacketSpec& packet, const PacketBytes& made);

/// Bytes of payload where the words do not say: what ping sends with an echo, the three timestamps,
/// the mask (RFC 792, RFC 950); nothing for the rest.
std::uint32_t usual_length(const PacketSpec& packet);

}  // namespace statewall
