#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "statewall/icmp.h"
#include "statewall/tracker.h"

// From headers to the key under which their connection is kept. Both directions of a connection
// have the same key, so that one probe finds it; which way the packet goes is told beside the key.

namespace statewall {

static_assert(std::has_unique_object_representations_v<FlowKey>, "hashed as words: no padding");
static_assert(sizeof(FlowKey) == 40);

/// Where what a key has beside its addresses begins: eight bytes.
inline constexpr std::size_t kRestOfKey = 32;

/// Are the keys equal? Five words, without a call or a branch for each; each by itself, since of an
/// array of them the compiler makes copies.
inline bool same_key(const FlowKey& a, const FlowKey& b) {
  const auto differ = [&](std::size_t word) {
    std::uint64_t x;
    std::uint64_t y;
    std::memcpy(&x, reinterpret_cast<const std::byte*>(&a) + word * sizeof x, sizeof x);
    std::memcpy(&y, reinterpret_cast<const std::byte*>(&b) + word * sizeof y, sizeof y);
    return x ^ y;
  };
  return (differ(0) | differ(1) | differ(2) | differ(3) | differ(4)) == 0;
}

/// Does a packet of this protocol belong to one ICMP query or another?
constexpr bool is_icmp(std::uint8_t protocol, Family family) {
  return protocol == (family == Family::ipv6 ? protocol::icmpv6 : protocol::icmp);
}

/// The addresses, or, turned, the other way round. Which of both it is no processor can guess, so
/// it is a number here and not a branch, which would be guessed wrong every other time.
inline void copy_ends(const Headers& h, bool turned, FlowKey& key) {
  static_assert(offsetof(Headers, source) == 0 && offsetof(Headers, destination) == 16);
  const std::size_t first = std::size_t{turned} * sizeof(Address);
  const auto* const ends = reinterpret_cast<const std::byte*>(&h);
  std::memcpy(&key.first, ends + first, sizeof(Address));
  std::memcpy(&key.second, ends + sizeof(Address) - first, sizeof(Address));
}

/// What a key has beside its addresses.
struct KeyPorts {
  std::uint16_t first;
  std::uint16_t second;
};

/// The ends of the key of an ICMP query or reply, or of a quoted one, and which way it goes: the
/// asker comes first, whoever sends, because a query of the other direction with the same id is a
/// connection of its own (A8); the ports hold the id, and the query's type and the code.
inline KeyPorts find_icmp_ends(const Headers& h, IcmpMeaning meaning, Lookup& lookup) {
  const bool reply = meaning.role == IcmpRole::reply;
  lookup.from_second = reply;
  lookup.same_ends = false;
  copy_ends(h, reply, lookup.key);
  return {h.icmp_id, static_cast<std::uint16_t>(meaning.query_type << 8 | h.icmp_code)};
}

/// Has this protocol ports, beside TCP and UDP, as the profile knows them (known_protocols)?
inline bool has_ports(std::uint8_t number, const Profile& profile) {
  if (number == protocol::tcp || number == protocol::udp) return true;
  return profile.known_protocols != 0 && (protocol::has_ports(number) || number == protocol::gre);
}

/// An end of a packet with ports, as the order of ends sees it: some total order, the same on each
/// run, of words as this machine has them.
struct End {
  std::uint64_t address[2];
  std::uint16_t port;

  End(const Address& at, std::uint16_t number) : port(number) {
    std::memcpy(address, &at, sizeof at);
  }
  bool operator>(const End& other) const {
    // Nearly always the first word decides; what it decides is no branch (see `copy_ends`).
    if (address[0] != other.address[0]) [[likely]]
      return address[0] > other.address[0];
    if (address[1] != other.address[1]) return address[1] > other.address[1];
    return port > other.port;
  }
  bool operator==(const End&) const = default;
};

/// The same of a packet with ports: the ends (address, port) are sorted.
inline KeyPorts find_port_ends(const Headers& h, std::uint16_t source_port,
                               std::uint16_t destination_port, Lookup& lookup) {
  const End source(h.source, source_port);
  const End destination(h.destination, destination_port);
  const bool turned = source > destination;
  lookup.from_second = turned;
  lookup.same_ends = source == destination;
  copy_ends(h, turned, lookup.key);
  const int change = static_cast<int>(turned) * (source_port ^ destination_port);
  return {static_cast<std::uint16_t>(source_port ^ change),
          static_cast<std::uint16_t>(destination_port ^ change)};
}

/// The same of any packet, or of a quoted one.
inline KeyPorts find_ends(const Headers& h, const Profile& profile, Lookup& lookup) {
  if (is_icmp(h.protocol, h.family)) {
    return find_icmp_ends(h, icmp_meaning(h.family, h.icmp_type), lookup);
  }
  if (has_ports(h.protocol, profile)) {
    return find_port_ends(h, h.source_port, h.destination_port, lookup);
  }
  return find_port_ends(h, 0, 0, lookup);
}

static_assert(offsetof(FlowKey, first_port) == kRestOfKey && offsetof(FlowKey, second_port) == 34 &&
              offsetof(FlowKey, zone) == 36 && offsetof(FlowKey, protocol) == 38 &&
              offsetof(FlowKey, family) == 39);

/// The last eight bytes of a key, as the number that they are in this machine's memory.
constexpr std::uint64_t rest_of_key(KeyPorts ports, Zone zone, std::uint8_t protocol,
                                    Family family) {
  const auto a = std::uint64_t{ports.first}, b = std::uint64_t{ports.second};
  const auto d = std::uint64_t{protocol}, e = static_cast<std::uint64_t>(family);
  if constexpr (std::endian::native == std::endian::big) {
    return a << 48 | b << 32 | std::uint64_t{zone} << 16 | d << 8 | e;
  }
  return a | b << 16 | std::uint64_t{zone} << 32 | d << 48 | e << 56;
}

/// Writes what every key has beside its addresses. As one number: it is hashed as such a moment
/// later, which would wait for smaller pieces to be put together.
inline void finish_key(const Headers& headers, KeyPorts ports, Lookup& lookup) {
  const std::uint64_t rest = rest_of_key(ports, lookup.zone, headers.protocol, headers.family);
  std::memcpy(reinterpret_cast<std::byte*>(&lookup.key) + kRestOfKey, &rest, sizeof rest);
}

/// The key of a packet, or of a quoted one, and which way it goes.
inline void find_key(const Headers& headers, const Profile& profile, Lookup& lookup) {
  finish_key(headers, find_ends(headers, profile, lookup), lookup);
}

/// The tuple of one direction of a connection: from the first end of its key to the second, or
/// back; into an empty one.
void tell_tuple(const FlowKey& key, bool from_second, Tuple& tuple);

}  // namespace statewall
