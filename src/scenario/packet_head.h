#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "scenario/line.h"
#include "scenario/scenario.h"

// The first words of a packet's protocol part: `icmp NAME`, `sctp SPORT > DPORT CHUNKS`, `tcp SPORT
// > DPORT FLAGS`, ... They must be there; fields follow them in any order (`packet_parser.cc`).

namespace statewall {

/// Protocols that scenarios can speak, as bits: a field goes with some of them.
enum ProtocolBit : unsigned {
  kIcmpBit = 1,
  kIcmp6Bit = 2,
  kTcpBit = 4,
  kUdpBit = 8,
  kUdpLiteBit = 16,
  kSctpBit = 32,
  kGreBit = 64,
  kNumberBit = 128,
  kEspBit = 256,
  kIgmpBit = 512
};

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
  kAcknowledgement = 256,
  kIpId = 512,
  kDontFragment = 1024,
  kWindow = 2048,
  kMss = 4096,
  kWindowScale = 8192,
  kSackPermitted = 1 << 14,
  kSack = 1 << 15,
  kCoverage = 1 << 16,
  kTag = 1 << 17,
  kInitiateTag = 1 << 18,
  kGreVersion = 1 << 19,
  kGreProtocol = 1 << 20,
  kTos = 1 << 21,
  kFlowLabel = 1 << 22,
  kIpOptions = 1 << 23,
  kFragment = 1 << 24,
  kTimestamp = 1 << 25,
  kTimestampEcho = 1 << 26,
  kUrgent = 1 << 27,
  kMac = 1 << 28,
  kSpi = 1 << 29
};

struct ProtocolWord {
  std::string_view name;
  ProtocolBit bit;
  std::uint8_t number;
  /// Reads what must follow the name; adds the parts that it has set. False after an error.
  bool (*head)(Line&, PacketSpec&, unsigned& parts);
};

/// IP protocol numbers that scenarios name.
inline constexpr std::uint8_t kIgmp = 2, kGre = 47, kEsp = 50, kSctp = 132, kUdpLite = 136;

/// Names of flags by their bit, of chunks by their number.
std::span<const std::string_view> tcp_flag_names();
std::span<const std::string_view> sctp_chunk_names();

/// Reads a protocol's name and head into `packet`. nullptr after an error.
const ProtocolWord* parse_head(Line& line, PacketSpec& packet, unsigned& parts);

}  // namespace statewall
