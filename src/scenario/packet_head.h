#pragma once

#include <cstdint>
#include <string_view>

#include "scenario/line.h"
#include "scenario/scenario.h"

// The first words of a packet's protocol part: `icmp NAME`, `tcp SPORT > DPORT FLAGS`, ... They
// must be there; fields follow them in any order (`packet_parser.cc`).

namespace statewall {

/// Protocols that scenarios can speak, as bits: a field goes with some of them.
enum ProtocolBit : unsigned { kIcmpBit = 1, kTcpBit = 2, kUdpBit = 4, kNumberBit = 8 };

/// Parts of a packet that a word may set, as bits: none is set twice.
enum PartBit : unsigned {
  kRestHigh = 1,  ///< half of the ICMP header's second word
  kRestLow = 2,
  kCode = 4,
  kPayload = 8,
  kCut = 16,
  kChecksum = 32,
  kTtl = 64,
  kSequence = 128,
  kAcknowledgement = 256
};

struct ProtocolWord {
  std::string_view name;
  ProtocolBit bit;
  std::uint8_t number;
  /// Reads what must follow the name; adds the parts that it has set. False after an error.
  bool (*head)(Line&, PacketSpec&, unsigned& parts);
};

/// Reads a protocol's name and head into `packet`. nullptr after an error.
const ProtocolWord* parse_head(Line& line, PacketSpec& packet, unsigned& parts);

}  // namespace statewall
