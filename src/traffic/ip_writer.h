#pragma once

#include "traffic/draft.h"

namespace statewall {

/// Writes the packet of a draft, whole and right, but for what `decorated` (per mille) puts in:
/// options of IPv4, extension headers of IPv6 in any order. Those that lie make it not right.
void write_ip(Random& random, Draft& draft, std::uint32_t decorated, Octets& packet);

/// Of a whole packet, by its first nibble: anything but 6 counts as IPv4.
Family family_of(std::span<const std::uint8_t> packet);
/// Where an IPv4 header ends by its IHL, the fixed header of IPv6; at most the packet's length.
std::size_t header_length(std::span<const std::uint8_t> packet);

/// The Internet checksum over what had `before` where it has `after` now, a 16-bit word (RFC 1624).
/// A wrong checksum stays wrong.
std::uint16_t mended(std::uint16_t checksum, std::uint16_t before, std::uint16_t after);

/// Puts a 16-bit word in place of another, and mends the Internet checksum over it.
void change_word(Octets& bytes, std::size_t at, std::uint16_t word, std::size_t checksum_at);
/// Makes the header checksum of an IPv4 packet right, as far as there is one.
void mend_ipv4_checksum(Octets& packet);

}  // namespace statewall
