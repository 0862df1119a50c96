#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

// A profile is a named set of switches: plain data. No code asks which profile it is, it asks the
// switch. The table of the specification (`docs/profiles.md`) is one table in the code, too.

namespace statewall {

/// Every switch, set one by one. Flags are 0 or 1, timeouts whole seconds (0 to 2147483),
/// sets of ICMP types have bit n set for type n (0 to 31).
struct Profile {
  std::string_view name;

  std::uint32_t track_ipv6;       ///< IPv6 is tracked (J); else it has no state
  std::uint32_t known_protocols;  ///< UDP-Lite, SCTP and GRE are told apart by ports and keys, and
                                  ///< judged; else they are as any other protocol
  // ICMP queries
  std::uint32_t icmp_timeout;    ///< D1, T10
  std::uint32_t icmpv6_timeout;  ///< D2
  std::uint32_t
      icmp_further_query_new;        ///< a query on a live connection is NEW, always (T2); else B2
  std::uint32_t icmp_answered_ends;  ///< the connection ends when no query is open (A26, T9)
  std::uint32_t icmp_newest_answered_ends;  ///< ... or when the query with the newest sequence
                                            ///< number has its reply (T9)
  std::uint32_t icmp_reply_refreshes;       ///< a reply restarts the timer (A26)
  // ICMP errors
  std::uint32_t icmp_error_types;      ///< set: the types that are errors (C1)
  std::uint32_t icmpv6_error_types;    ///< set: the same of ICMPv6, among 1 to 4
  std::uint32_t icmpv6_other_errors;   ///< ... and every other type below 128 (J3)
  std::uint32_t icmpv6_redirects;      ///< ... and redirects from neighbours (J5)
  std::uint32_t error_codes_assigned;  ///< an error of a code that is not assigned is INVALID
  std::uint32_t icmp_error_checksum;   ///< their checksum is verified (A15)
  std::uint32_t quote_bytes_ports;     ///< quoted transport bytes needed: those with ports (C6)
  std::uint32_t quote_bytes_icmp;      ///< ... ICMP (C7)
  std::uint32_t quote_bytes_other;     ///< ... any other protocol (C8)
  std::uint32_t quote_checksum;        ///< the quoted IPv4 header's checksum is verified
  std::uint32_t quote_in_window;       ///< a quoted TCP sequence number must be on its way
                                       ///< (RFC 5927 4.1)
  std::uint32_t error_to_sender;       ///< must be addressed to the quoted packet's sender (C12)
  std::uint32_t error_ends;            ///< set: the types that end the connection they quote
                                       ///< (T13); 3/4, fragmentation needed, never does
  std::uint32_t icmpv6_error_ends;     ///< set: the same of ICMPv6
  std::uint32_t error_ends_unreplied;  ///< ... only while the connection saw no reply
  std::uint32_t error_answers_query;   ///< one of those types about a query closes one open query
  std::uint32_t end_when_passed;       ///< an end takes effect at confirm; else at once (A31)
  // Transports as a whole
  std::uint32_t checksum;        ///< a wrong checksum of any transport is INVALID (A14, E2, D25)
  std::uint32_t udplite_as_udp;  ///< ... of UDP-Lite, computed with the protocol number of UDP
  std::uint32_t udp_length;      ///< so is a UDP length that the packet belies (D25)
  // TCP
  std::uint32_t tcp_windows;     ///< states and windows of kernels since 2.6 (E1-E22); else E3
  std::uint32_t tcp_loose;       ///< a connection may be picked up midstream (E3, E4)
  std::uint32_t tcp_be_liberal;  ///< segments outside the window are accepted (E21)
  std::uint32_t tcp_ignore_invalid_rst;  ///< an RST below the window is accepted (E7)
  std::uint32_t tcp_max_retrans;         ///< so many repetitions shorten the time (E11, E20)
  std::uint32_t tcp_inexact_rst_closes;  ///< an RST in the window, not at its edge, leaves the
                                         ///< connection the time of CLOSE (E8)
  std::uint32_t tcp_timeout_syn_sent;    ///< D6-D14
  std::uint32_t tcp_timeout_syn_sent2;
  std::uint32_t tcp_timeout_syn_recv;
  std::uint32_t tcp_timeout_established;
  std::uint32_t tcp_timeout_fin_wait;
  std::uint32_t tcp_timeout_close_wait;
  std::uint32_t tcp_timeout_last_ack;
  std::uint32_t tcp_timeout_time_wait;
  std::uint32_t tcp_timeout_close;
  std::uint32_t tcp_timeout_max_retrans;
  std::uint32_t tcp_timeout_unacknowledged;
  std::uint32_t tcp_syn_refreshes;  ///< a SYN again, unreplied, restarts the timer (D28)
  // UDP and the rest
  std::uint32_t udp_timeout;          ///< D3, D23
  std::uint32_t udp_timeout_stream;   ///< D4
  std::uint32_t udp_stream_after;     ///< seconds from the first packet on before a stream counts
                                      ///< as one (D24)
  std::uint32_t sctp_timeout_closed;  ///< D17
  std::uint32_t sctp_timeout_cookie_wait;
  std::uint32_t sctp_timeout_cookie_echoed;
  std::uint32_t sctp_timeout_established;
  std::uint32_t sctp_timeout_shutdown_sent;
  std::uint32_t sctp_timeout_shutdown_recd;
  std::uint32_t sctp_timeout_shutdown_ack_sent;
  std::uint32_t sctp_timeout_heartbeat_sent;
  std::uint32_t gre_timeout;  ///< D16
  std::uint32_t gre_timeout_stream;
  std::uint32_t generic_timeout;  ///< D5
  std::uint32_t generic_bytes;    ///< transport bytes that a packet of any other protocol needs,
                                  ///< else it is INVALID (A13)
  // fragments (see reassembly.h)
  std::uint32_t reassembly;          ///< IPv4 datagrams are reassembled before tracking (B11)
  std::uint32_t reassembly6;         ///< ... and IPv6
  std::uint32_t ipfrag_time;         ///< IPv4: seconds that a datagram waits (D18b)
  std::uint32_t ipfrag_high_thresh;  ///< ... bytes of all that wait
  std::uint32_t ipfrag_max_dist;     ///< ... fragments of its source that may come in between
  std::uint32_t frag6_timeout;       ///< IPv6: as ipfrag_time
  std::uint32_t frag6_high_thresh;   ///< ... as ipfrag_high_thresh
  // the table
  std::uint32_t max;                 ///< most connections at once, 1 to 2^30 (G3)
  std::uint32_t buckets;             ///< connections that the hash table is laid out for; below
                                     ///< `max` it is laid out for `max`
  std::uint32_t early_drop_closing;  ///< early drop takes assured TCP connections that are closing,
                                     ///< too (G5)
  std::uint32_t clash_joins;         ///< two threads open one connection (B16): UDP and others
                                     ///< join the first; else, and TCP and ICMP, are dropped
  std::uint32_t acct;                ///< packets and bytes of each direction are counted
  // rules
  std::uint32_t conntrack_match_needs_entry;  ///< -m conntrack fails on a packet without
                                              ///< connection, beyond --ctstate (H10)
  std::uint32_t reject_modern;                ///< what REJECT answers, and to what (H17, H18)
  std::uint32_t reject_closes;                ///< a RST that it sends closes the connection
  std::uint32_t log_modern;                   ///< LOG's lines (H19-H21)
  // for people
  std::uint32_t table_format;  ///< a TableFormat: how the table is printed (F1, T4)
};

/// Values of Profile::table_format.
enum class TableFormat : std::uint32_t { tutorial, ip_conntrack, nf_conntrack, conntrack };

/// "tutorial", "ip_conntrack", ...
std::string_view name(TableFormat format);

enum class SwitchKind : std::uint8_t {
  flag,
  seconds,
  bytes,
  number,
  count,
  icmp_types,
  table_format
};

/// The profiles there are, in the order of `Switch::values`.
inline constexpr int kProfiles = 4;

/// One row of the table.
struct Switch {
  std::string_view name;
  SwitchKind kind;
  std::uint32_t Profile::*field;
  std::array<std::uint32_t, kProfiles> values;  ///< tutorial, linux-2.4, linux, strict
  std::uint32_t least;
  std::uint32_t most;
  std::string_view meaning;  ///< one line for people
  std::string_view source;   ///< the specification's number
};

std::span<const Switch> switches();

/// What the founding documents describe; the default.
const Profile& tutorial();
/// Kernels 2.4.
const Profile& linux_2_4();
/// The kernels in use: 6.x. (`linux` itself is a macro of some compilers.)
const Profile& linux_6();
/// The same, with every check that a careful firewall would add.
const Profile& strict();
std::span<const Profile> profiles();
const Profile* find_profile(std::string_view name);

/// The switch of that name, or nullptr. Netfilter's prefixes `nf_conntrack_`, `ip_conntrack_` and
/// `ip_ct_` may stand before it, and its other names for a switch are known (`udp_stream_timeout`,
/// `ip_ct_tcp_timeout_established`).
const Switch* find_switch(std::string_view name);

enum class SwitchError : std::uint8_t {
  none,
  not_a_number,
  out_of_range,
  not_a_type_set,
  not_a_format
};

/// Sets one switch from text: a number in decimal; for flags also on, off, yes, no; for sets of
/// ICMP types "3,4,11" or "none"; for table_format "tutorial", "ip_conntrack", "nf_conntrack" or
/// "conntrack". On an error the profile is unchanged.
SwitchError set_switch(Profile& profile, const Switch& row, std::string_view value);

}  // namespace statewall
