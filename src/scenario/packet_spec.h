#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "statewall/address.h"
#include "wire/build.h"

namespace statewall {

/// A header between IP's and the transport's: an extension of IPv6, or AH.
struct ExtensionSpec {
  std::uint8_t protocol = 0;
  /// All of it. Its first byte names what follows, which is not known yet.
  std::vector<std::uint8_t> bytes;
};

/// Part of a packet, in bytes behind the headers that each fragment repeats.
struct FragmentRange {
  static constexpr std::uint32_t kEnd = 0xffffffff;
  std::uint32_t from = 0;  ///< a multiple of 8
  std::uint32_t to = kEnd;
};

/// A packet in words. Lengths and checksums follow from it.
struct PacketSpec {
  std::vector<std::uint8_t> bytes;  ///< the whole packet; unless empty, nothing else here counts
                                    ///< but the link
  /// Where it comes from on the link: what `-m mac` sees.
  std::optional<std::array<std::uint8_t, 6>> mac;

  Family family = Family::ipv4;
  Address source;
  Address destination;
  std::uint8_t protocol = 0;
  std::uint8_t ttl = 64;
  std::uint8_t tos = 0;          ///< or traffic class
  std::uint32_t flow_label = 0;  ///< IPv6
  std::uint32_t ip_id = 0;       ///< IPv6: of its fragments
  bool dont_fragment = false;
  std::vector<std::uint8_t> ip_options;   ///< IPv4
  std::vector<ExtensionSpec> extensions;  ///< in their order

  /// Only this part of it is sent.
  std::optional<FragmentRange> fragment;
  /// It is sent in fragments of so many bytes behind their headers; 0: whole.
  std::uint32_t fragment_size = 0;

  bool raw = false;  ///< no transport header: the payload is all that follows the IP header
  bool bad_checksum = false;                         ///< of the transport
  std::optional<std::uint32_t> length;               ///< payload bytes; unset: as is usual
  std::optional<std::vector<std::uint8_t>> payload;  ///< unset: so many zeros

  std::uint8_t icmp_type = 0;  ///< or IGMP
  std::uint8_t icmp_code = 0;
  std::uint32_t icmp_rest = 0;       ///< second word of the header: id and sequence, MTU...
  std::uint32_t quoting = 0;         ///< number of the packet that the payload quotes; 0: none
  std::vector<PacketSpec> quoted;    ///< a packet that it quotes and that was not sent, or none
  std::optional<std::uint32_t> cut;  ///< transport bytes quoted; unset: as many as routers send
  bool quotes() const { return quoting != 0 || !quoted.empty(); }

  std::uint16_t source_port = 0;  ///< TCP, UDP, UDP-Lite and SCTP
  std::uint16_t destination_port = 0;
  std::uint8_t tcp_flags = 0;
  std::uint32_t tcp_sequence = 0;
  std::uint32_t tcp_acknowledgement = 0;
  std::uint16_t tcp_window = 65535;  ///< as sent, not scaled
  std::uint16_t tcp_urgent = 0;
  std::uint16_t tcp_mss = 0;  ///< options; 0: none
  std::int16_t tcp_window_scale = -1;
  bool tcp_sack_permitted = false;
  bool tcp_timestamps = false;
  std::uint32_t tcp_timestamp = 0;
  std::uint32_t tcp_timestamp_echo = 0;
  std::vector<SackBlock> tcp_sack;
  std::vector<std::uint8_t> tcp_options;  ///< as they are, in place of those above

  std::uint16_t coverage = 0;             ///< UDP-Lite; 0: all
  std::vector<std::uint8_t> sctp_chunks;  ///< types
  std::uint32_t sctp_tag = 0;
  std::uint32_t sctp_initiate_tag = 0;
  GreFields gre;
  std::uint32_t spi = 0;  ///< ESP
  std::uint32_t esp_sequence = 0;
};

}  // namespace statewall
