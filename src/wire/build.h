#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "statewall/address.h"
#include "statewall/packet.h"

// Writes packets, the way `read_ip` reads them. Nothing is allocated: each function writes into
// `out` and returns how many bytes it wrote, 0 if they do not fit. Lengths and checksums are right
// unless a field says otherwise. `payload` may not overlap `out`.

namespace statewall {

struct Ipv4Fields {
  Address source = {};
  Address destination = {};
  std::uint8_t protocol = 0;
  std::uint8_t ttl = 64;
  std::uint8_t tos = 0;
  std::uint16_t id = 0;
  bool dont_fragment = false;
  bool more_fragments = false;
  std::uint16_t fragment_offset = 0;           ///< in bytes, a multiple of 8
  std::span<const std::uint8_t> options = {};  ///< at most 40 bytes, padded to 4 with zeros
};
std::size_t build_ipv4(std::span<std::uint8_t> out, const Ipv4Fields& fields,
                       std::span<const std::uint8_t> payload);

struct Ipv6Fields {
  Address source = {};
  Address destination = {};
  std::uint8_t next_header = 0;  ///< of what begins the payload, extension headers included
  std::uint8_t hop_limit = 64;
  std::uint8_t traffic_class = 0;
  std::uint32_t flow_label = 0;  ///< 20 bits
};
std::size_t build_ipv6(std::span<std::uint8_t> out, const Ipv6Fields& fields,
                       std::span<const std::uint8_t> payload);

/// An ICMP message; `rest` is the header's second word in host order (id << 16 | sequence).
std::size_t build_icmp(std::span<std::uint8_t> out, std::uint8_t type, std::uint8_t code,
                       std::uint32_t rest, std::span<const std::uint8_t> payload);

/// An ICMPv6 message: the addresses go into its checksum (RFC 4443 2.3).
std::size_t build_icmpv6(std::span<std::uint8_t> out, const Address& source,
                         const Address& destination, std::uint8_t type, std::uint8_t code,
                         std::uint32_t rest, std::span<const std::uint8_t> payload);

struct SackBlock {
  std::uint32_t left = 0;
  std::uint32_t right = 0;
};

/// TCP options (RFC 9293 3.1, RFC 7323, RFC 2018), each filled up to a multiple of four bytes.
struct TcpOptionFields {
  std::uint16_t mss = 0;           ///< 0: none
  std::int16_t window_scale = -1;  ///< -1: none
  bool sack_permitted = false;
  bool has_timestamps = false;
  std::uint32_t timestamp = 0;
  std::uint32_t timestamp_echo = 0;
  std::span<const SackBlock> sack = {};
};
std::size_t build_tcp_options(std::span<std::uint8_t> out, const TcpOptionFields& fields);

struct TcpFields {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint16_t window = 65535;
  std::uint8_t flags = 0;
  std::uint16_t urgent = 0;
  std::span<const std::uint8_t> options = {};  ///< at most 40 bytes, padded to 4 with zeros
};
/// The addresses go into the checksum.
std::size_t build_tcp(std::span<std::uint8_t> out, const Address& source,
                      const Address& destination, const TcpFields& fields,
                      std::span<const std::uint8_t> payload);
std::size_t build_udp(std::span<std::uint8_t> out, const Address& source,
                      const Address& destination, std::uint16_t source_port,
                      std::uint16_t destination_port, std::span<const std::uint8_t> payload);

/// UDP-Lite (RFC 3828). `coverage` is how many bytes the checksum goes over, 0 for all; where it is
/// no lawful value, it goes over all of them.
std::size_t build_udp_lite(std::span<std::uint8_t> out, const Address& source,
                           const Address& destination, std::uint16_t source_port,
                           std::uint16_t destination_port, std::uint16_t coverage,
                           std::span<const std::uint8_t> payload);

/// An SCTP packet (RFC 9260) around its chunks, with its CRC32c.
std::size_t build_sctp(std::span<std::uint8_t> out, std::uint16_t source_port,
                       std::uint16_t destination_port, std::uint32_t verification_tag,
                       std::span<const std::uint8_t> chunks);

/// A chunk of SCTP with a value as is usual for its type, zeros where it does not matter: of INIT
/// and INIT-ACK the tag and lawful windows and streams. Filled up to a multiple of four bytes.
std::size_t build_sctp_chunk(std::span<std::uint8_t> out, std::uint8_t type, std::uint8_t flags,
                             std::uint32_t initiate_tag);

/// The header of GRE (RFC 2784, RFC 2890; version 1: RFC 2637).
struct GreFields {
  std::uint16_t flags = 0;     ///< the first word: what follows, and the version
  std::uint16_t protocol = 0;  ///< EtherType of what it carries
  std::uint32_t key = 0;       ///< there if the flags say so; so are the others
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
};
inline constexpr std::uint16_t kGreChecksum = 0x8000, kGreKey = 0x2000, kGreSequence = 0x1000,
                               kGreAcknowledgement = 0x0080;
/// The checksum, if there is one, is 0.
std::size_t build_gre(std::span<std::uint8_t> out, const GreFields& fields,
                      std::span<const std::uint8_t> payload);

/// The header of ESP (RFC 4303) and what it hides.
std::size_t build_esp(std::span<std::uint8_t> out, std::uint32_t spi, std::uint32_t sequence,
                      std::span<const std::uint8_t> payload);

/// A message of IGMP, version 1 or 2 (RFC 2236); `code` is the time that an answer may take.
std::size_t build_igmp(std::span<std::uint8_t> out, std::uint8_t type, std::uint8_t code,
                       const Address& group, std::span<const std::uint8_t> payload);

}  // namespace statewall
