#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "statewall/address.h"

// From the bytes of a frame to a `Packet`: a plain value that says what its headers say. Reading
// knows no state and decides nothing. It allocates nothing, keeps no pointer into the frame, and
// takes any bytes at all: what is wrong is told by `WireError`, never guessed over.
// Thread-safe: every function here is pure.

namespace statewall {

/// Link types by their number in capture files (LINKTYPE_...). Others are unsupported.
///
/// Whatever link carries EtherTypes carries any number of 802.1Q and 802.1ad tags up to
/// `kMaxVlanTags` (among them VN-Tag, 802.1BR, FabricPath, and MACsec that does not encrypt), and
/// PPPoE sessions; 802.3 lengths lead to LLC and SNAP.
enum class LinkType : std::uint16_t {
  null = 0,  ///< BSD loopback, 4-byte family in the byte order of the capturing host
  ethernet = 1,
  token_ring = 6,
  arcnet = 7,         ///< as BSD captures it; fragments are not read
  slip = 8,           ///< behind 16 bytes of the capturing host
  ppp = 9,            ///< with address and control or without
  fddi = 10,          ///< addresses in either order of bits
  raw_bsd = 12,       ///< raw IP, as some systems number it
  raw_openbsd = 14,   ///< raw IP, as OpenBSD numbers it
  ppp_serial = 50,    ///< PPP in HDLC-like framing, or Cisco HDLC
  ppp_ethernet = 51,  ///< PPPoE of the session stage, without Ethernet
  atm_rfc1483 = 100,  ///< LLC and SNAP in AAL5
  raw = 101,          ///< raw IP, version from the first nibble
  cisco_hdlc = 104,
  ieee80211 = 105,     ///< data frames that are neither encrypted, fragments, nor A-MSDU
  atm_clip = 106,      ///< Classical IP over ATM of Linux
  frame_relay = 107,   ///< Q.922 address, then RFC 2427 or an EtherType
  loop = 108,          ///< OpenBSD loopback, 4-byte family in network order
  linux_cooked = 113,  ///< LINUX_SLL
  sunatm = 123,        ///< LLC, and LAN emulation of Ethernet
  radiotap = 127,      ///< a radiotap header, then `ieee80211`
  arcnet_linux = 129,
  multilink_frame_relay = 182,  ///< FRF.16, unfragmented
  mpls = 219,                   ///< labels; never IP by itself, see tunnel.h
  ipv4 = 228,
  ipv6 = 229,
  linux_cooked_v2 = 276  ///< LINUX_SLL2
};

/// Is this a link type that `read_frame` understands?
bool supported(LinkType link);

inline constexpr int kMaxVlanTags = 8;

/// IP protocol numbers that have a reader of their own; any other is known by its number.
namespace protocol {
inline constexpr std::uint8_t icmp = 1;
inline constexpr std::uint8_t tcp = 6;
inline constexpr std::uint8_t udp = 17;
inline constexpr std::uint8_t gre = 47;
inline constexpr std::uint8_t icmpv6 = 58;
inline constexpr std::uint8_t ipv6_no_next = 59;  ///< nothing follows (RFC 8200 4.7)
inline constexpr std::uint8_t sctp = 132;
inline constexpr std::uint8_t udplite = 136;

/// Does its header begin with two ports?
constexpr bool has_ports(std::uint8_t number) {
  return number == tcp || number == udp || number == sctp || number == udplite;
}
}  // namespace protocol

/// Which check failed, where. The first that fails ends the reading of that layer; what was read
/// before it stands in the Packet.
enum class WireError : std::uint8_t {
  none,
  link_unsupported,      ///< no reader for this link type
  link_short,            ///< the frame ends inside its link header or tags
  not_ip,                ///< a whole frame of another protocol than IPv4 and IPv6 (see `ethertype`)
  ipv4_short,            ///< fewer than 20 bytes of IPv4 header
  ipv4_version,          ///< the version nibble is not 4
  ipv4_header_length,    ///< IHL below 5
  ipv4_options_short,    ///< the packet ends inside the options that IHL promises
  ipv4_total_length,     ///< total length below the header length
  ipv4_truncated,        ///< total length beyond the end of the frame
  ipv4_checksum,         ///< wrong header checksum
  ipv6_short,            ///< fewer than 40 bytes of IPv6 header
  ipv6_version,          ///< the version nibble is not 6
  ipv6_truncated,        ///< payload length beyond the end of the frame
  ipv6_hop_by_hop,       ///< a hop-by-hop header that hosts discard before anything else sees it
  ipv6_fragment_short,   ///< the packet ends before a fragment header tells its offset
  ipv6_extension_short,  ///< the packet ends inside an extension header
  icmp_short,            ///< fewer than 8 bytes of ICMP or ICMPv6
  tcp_short,             ///< fewer than 20 bytes of TCP header
  tcp_data_offset,       ///< data offset below 5
  tcp_options_short,     ///< data offset beyond the end of the packet
  udp_short,             ///< fewer than 8 bytes of UDP or UDP-Lite header
  udp_length,            ///< UDP length below 8 or beyond the end of the packet
  sctp_short,            ///< fewer than 12 bytes of SCTP header
  sctp_chunks,           ///< no chunk, one of length 0, or chunks that may not be bundled
  udplite_coverage,      ///< UDP-Lite coverage below 8 or beyond the end of the packet
  udplite_no_checksum,   ///< UDP-Lite with a checksum of 0 (RFC 3828 3.1)
  quote_short,           ///< an ICMP error with fewer than 20 (IPv6: 40) bytes of quoted header
  quote_options_short,   ///< the quote ends inside the options or extensions of its header
  count
};

/// A stable slug ("ipv4-checksum") and one sentence for people, which says what the packet does:
/// "has a wrong IPv4 header checksum".
std::string_view slug(WireError error);
std::string_view sentence(WireError error);

/// What is known of a checksum.
enum class Checksum : std::uint8_t {
  none,  ///< the protocol has none, or it is unset (UDP 0), or it was not asked for
  good,
  bad,
  offloaded,  ///< left to the network card when it was captured: not verified
  cut         ///< the capture does not hold all the bytes under it: not verified
};
std::string_view name(Checksum checksum);

/// How a reader treats what a capture cannot know.
enum class ChecksumMode : std::uint8_t {
  automatic,  ///< verify, but know offloaded checksums, cut frames and a total length of 0
  verify,     ///< hold everything against the packet, as a host that receives these bytes does
  ignore      ///< verify no checksum; lengths as under automatic
};

/// TCP flags as in the header's 14th byte (RFC 9293).
namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01;
inline constexpr std::uint8_t syn = 0x02;
inline constexpr std::uint8_t rst = 0x04;
inline constexpr std::uint8_t psh = 0x08;
inline constexpr std::uint8_t ack = 0x10;
inline constexpr std::uint8_t urg = 0x20;
inline constexpr std::uint8_t ece = 0x40;
inline constexpr std::uint8_t cwr = 0x80;
}  // namespace tcp_flag

/// The headers that tell who speaks to whom: a packet's own, or those of the packet that an ICMP
/// error quotes. Numbers in host order. Fields that the protocol lacks, or that the bytes did not
/// reach, are zero.
struct Headers {
  Address source;
  Address destination;
  Family family = Family::none;
  std::uint8_t protocol = 0;  ///< of the transport: behind IPv6 extension headers
  std::uint8_t ttl = 0;       ///< or IPv6 hop limit
  bool more_fragments = false;
  bool gre_unkeyed = false;  ///< GRE version 1 that carries no PPP: nobody can tell whose it is
  std::uint16_t fragment_offset = 0;   ///< in bytes
  std::uint16_t source_port = 0;       ///< TCP, UDP, UDP-Lite, SCTP
  std::uint16_t destination_port = 0;  ///< ... and the call id of PPTP's GRE
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  std::uint16_t icmp_id = 0;        ///< the bytes 4 and 5, whatever the type (A1)
  std::uint16_t icmp_sequence = 0;  ///< the bytes 6 and 7, whatever the type (3/4: the MTU)

  constexpr bool fragment() const { return more_fragments || fragment_offset != 0; }

  friend bool operator==(const Headers&, const Headers&) = default;
};

/// What tracking needs of a TCP header.
struct TcpHeader {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint16_t window = 0;  ///< unscaled
  std::uint8_t flags = 0;    ///< see `tcp_flag`
  bool has_options = false;  ///< any, be they only padding
  bool has_window_scale = false;
  std::uint8_t window_scale = 0;  ///< as sent, not yet limited to 14
  bool sack_permitted = false;
  bool has_sack = false;
  std::uint32_t sack_right = 0;      ///< the highest of `acknowledgement` and the right edges of
                                     ///< the SACK blocks
  std::uint32_t payload_length = 0;  ///< by the lengths of IP and TCP, captured or not

  friend bool operator==(const TcpHeader&, const TcpHeader&) = default;
};

/// What tracking needs of an SCTP packet (RFC 9260 3).
struct SctpHeader {
  std::uint32_t tag = 0;           ///< verification tag
  std::uint32_t initiate_tag = 0;  ///< of an INIT or INIT ACK
  bool has_initiate_tag = false;   ///< the chunk is long enough to hold it
  bool has_data = false;

  /// The chunks that change an association, in their order, and `other` for any other; of a run of
  /// equal ones at most two, as a third changes nothing. A packet with more than fit is not SCTP
  /// that anybody sends: those behind are left out.
  enum class Chunk : std::uint8_t {
    other,
    init,
    init_ack,
    heartbeat,
    heartbeat_ack,
    abort,
    shutdown,
    shutdown_ack,
    error,
    cookie_echo,
    cookie_ack,
    shutdown_complete
  };
  static constexpr std::size_t kMaxChunks = 32;
  std::uint8_t count = 0;
  std::array<Chunk, kMaxChunks> chunks{};
  std::uint32_t reflected = 0;  ///< bit n: the T bit of chunk n, whose tag is the peer's (8.5.1)

  friend bool operator==(const SctpHeader&, const SctpHeader&) = default;
};
inline constexpr int kSctpChunks = 12;

/// The packet quoted in an ICMP error. It is read leniently, as the kernel does: its version
/// nibble, lengths and checksums are not held against it (C9, C11); that of its IPv4 header is
/// told.
struct Quote {
  WireError error = WireError::none;
  Headers headers;
  Checksum ip_checksum = Checksum::none;  ///< of an IPv4 header
  std::uint32_t l4_length = 0;            ///< bytes of the quote that follow its IP header
  std::uint32_t tcp_sequence = 0;

  friend bool operator==(const Quote&, const Quote&) = default;
};

/// What nearly every reading writes comes first, in two cache lines.
struct alignas(64) Packet {
  WireError error = WireError::none;
  bool cut = false;               ///< the snap length cut the IP packet; tracked by what is there
  bool length_offloaded = false;  ///< IPv4 total length 0: the frame's length is taken instead
  Checksum ip_checksum = Checksum::none;
  Checksum l4_checksum = Checksum::none;
  bool udplite_as_udp = false;   ///< its checksum is right with UDP in the pseudo header
  bool has_quote = false;        ///< an ICMP or ICMPv6 error; `quote` is read
  bool fragment_header = false;  ///< IPv6: there is a fragment header, perhaps of a whole packet
  std::uint8_t vlan_tags = 0;
  std::uint16_t vlan = 0;  ///< identifier of the outermost tag
  std::uint16_t ethertype =
      0;  ///< of what the link carries: 0x0800, 0x86dd, 0x0806, ...; 0 unknown
  Headers headers;
  std::uint32_t l3_offset = 0;   ///< of the IP header in the frame
  std::uint32_t l4_offset = 0;   ///< of the transport header in the frame; 0 if not reached
  std::uint32_t ip_length = 0;   ///< the whole IP packet: header and payload, captured or not
  std::uint32_t l4_length = 0;   ///< transport header and payload, captured or not
  std::uint32_t l4_present = 0;  ///< of these, bytes that the frame holds
  TcpHeader tcp;
  SctpHeader sctp;  ///< empty where `headers.protocol` is another one
  Quote quote;      ///< empty without `has_quote`

  friend bool operator==(const Packet&, const Packet&) = default;
};

/// Reads one frame. `captured` are its bytes, `original_length` how long it was on the wire: where
/// that is more, the frame is cut. Never fails: see `Packet::error`. Where a cut (not the packet
/// itself) is why a transport header is incomplete, `cut` is set and the error names the header;
/// of TCP options as many are read as are there.
Packet read_frame(std::span<const std::uint8_t> captured, LinkType link,
                  std::size_t original_length, ChecksumMode mode = ChecksumMode::automatic);

namespace internal {
/// Ethernet's most usual frames, whose checksums are right: all at one go. False where it is not
/// one of them; then `packet` holds anything.
bool read_plain_frame(std::span<const std::uint8_t> captured, Packet& packet);
void read_any_frame(std::span<const std::uint8_t> captured, LinkType link,
                    std::size_t original_length, ChecksumMode mode, Packet& packet);
}  // namespace internal

/// The same into a Packet that is there already, in an array of a batch: nothing is copied.
/// REQUIRES: it is as it was made, or as it was read.
inline void read_frame(std::span<const std::uint8_t> captured, LinkType link,
                       std::size_t original_length, ChecksumMode mode, Packet& packet) {
  const bool plain = link == LinkType::ethernet && mode != ChecksumMode::ignore &&
                     internal::read_plain_frame(captured, packet);
  if (!plain) internal::read_any_frame(captured, link, original_length, mode, packet);
}

/// Reads an IP packet that fragments were put together to. What hosts judge of a packet before
/// that, its hop-by-hop options and its fragment header, is not judged again.
Packet read_datagram(std::span<const std::uint8_t> packet,
                     ChecksumMode mode = ChecksumMode::verify);

/// Reads a whole IP packet that has no link layer before it.
Packet read_ip(std::span<const std::uint8_t> packet, ChecksumMode mode = ChecksumMode::verify);

}  // namespace statewall
