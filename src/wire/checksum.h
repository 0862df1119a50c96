#pragma once

#include <cstdint>

#include "statewall/packet.h"
#include "wire/bytes.h"
#include "wire/reading.h"

namespace statewall {

/// The one's complement sum of the Internet checksum (RFC 1071) over bytes that come in any number
/// of pieces of any length: an odd piece goes on in the next one.
class InternetSum {
 public:
  void add(Bytes bytes);

  /// One 16-bit word in host order. REQUIRES: an even number of bytes so far.
  void add_word(std::uint16_t word) { sum_ += word; }

  /// The sum in 16 bits, not complemented: 0xffff over data that holds its own right checksum.
  std::uint16_t folded() const;

  /// What goes into the checksum field, where it was 0 in the sum.
  std::uint16_t checksum() const { return static_cast<std::uint16_t>(~folded()); }

 private:
  std::uint64_t sum_ = 0;  ///< of big-endian words; room for 2^48 of them
  bool odd_ = false;
};

/// The sum of the pseudo header of TCP, UDP and ICMPv6 (RFC 9293 3.1, RFC 768, RFC 8200 8.1). It is
/// the same for both families, since the unused bytes of an IPv4 Address are zero.
InternetSum pseudo_header(const Address& source, const Address& destination, std::uint8_t protocol,
                          std::uint32_t length);

/// Judges the checksum over the first `length` bytes of `message`, which may hold less of them.
/// There is no pseudo header.
Checksum judge_checksum(Bytes message, std::size_t length);

/// What the checksum of a transport goes over.
struct TransportChecksum {
  std::uint32_t length = 0;    ///< by the headers, captured or not
  std::uint32_t covered = 0;   ///< as many bytes of it; 0: all
  std::uint8_t field_at = 0;   ///< where the field is in the transport header
  bool pseudo_header = false;  ///< goes over the pseudo header too
  bool offloadable = false;    ///< hosts leave it to the network card
};

/// Judges the checksum of the transport that begins `message`, as far as the mode asks for it and
/// one packet can tell: a fragment cannot. An offloaded field holds the sum of the pseudo header.
Checksum judge_transport(const Reading& reading, const Packet& packet, Bytes message,
                         const TransportChecksum& over);

}  // namespace statewall
