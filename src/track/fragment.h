#pragma once

#include <array>
#include <cstdint>

#include "statewall/connection.h"
#include "statewall/packet.h"
#include "wire/bytes.h"

// From a packet to what reassembly must know of it.

namespace statewall {

/// What tells the fragments of one datagram from all others. IPv6 does not look at the protocol,
/// since only the first fragment tells it. No padding: it is hashed and compared as words.
struct DatagramKey {
  Address source;
  Address destination;
  std::uint32_t id = 0;
  Zone zone = 0;
  std::uint8_t protocol = 0;  ///< IPv4
  Family family = Family::none;

  friend bool operator==(const DatagramKey&, const DatagramKey&) = default;
};
static_assert(sizeof(DatagramKey) == 40);

std::uint64_t hash_of(const DatagramKey& key, const std::array<std::uint64_t, 2>& secret);

struct Fragment {
  DatagramKey key;
  Bytes header;   ///< before the fragment: the IPv4 header, or all before the fragment header
  Bytes payload;  ///< bytes of the datagram
  std::uint32_t offset = 0;
  bool more = false;
  bool dont_fragment = false;
  std::uint8_t ecn = 0;          ///< the two bits of RFC 3168
  std::uint8_t next_header = 0;  ///< IPv6: of what was fragmented
  std::uint16_t link = 0;        ///< IPv6: where in `header` the byte is that tells of the fragment
                                 ///< header
  std::uint32_t size = 0;        ///< of the IP packet

  std::uint32_t end() const { return offset + static_cast<std::uint32_t>(payload.size()); }
};

enum class FragmentKind : std::uint8_t {
  none,     ///< not a fragment
  unsplit,  ///< a first fragment that does not hold all headers (RFC 8200 4.5): goes on as it is
  fragment
};

/// REQUIRES: `ip` is the whole packet, and its IP header could be read.
FragmentKind read_fragment(Bytes ip, const Packet& packet, Zone zone, Fragment& fragment);

}  // namespace statewall
