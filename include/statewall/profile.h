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

  // ICMP queries
  std::uint32_t icmp_timeout;  ///< D1, T10
  std::uint32_t
      icmp_further_query_new;        ///< a query on a live connection is NEW, always (T2); else B2
  std::uint32_t icmp_answered_ends;  ///< the connection ends when no query is open (A26, T9)
  std::uint32_t icmp_newest_answered_ends;  ///< ... or when the query with the newest sequence
                                            ///< number has its reply (T9)
  std::uint32_t icmp_reply_refreshes;       ///< a reply restarts the timer (A26)
  // ICMP errors
  std::uint32_t icmp_error_types;     ///< set: the types that are errors (C1)
  std::uint32_t icmp_error_checksum;  ///< their checksum is verified (A15)
  std::uint32_t quote_bytes_ports;    ///< quoted transport bytes needed: TCP and UDP (C6)
  std::uint32_t quote_bytes_icmp;     ///< ... ICMP (C7)
  std::uint32_t quote_bytes_other;    ///< ... any other protocol (C8)
  std::uint32_t error_to_sender;      ///< must be addressed to the quoted packet's sender (C12)
  std::uint32_t error_ends;           ///< set: the types that end the connection they quote
                                      ///< (T13); 3/4, fragmentation needed, never does
  std::uint32_t error_answers_query;  ///< one of those types about a query closes one open query
  std::uint32_t end_when_passed;      ///< an end takes effect at confirm; else at once (A31)
  // TCP (D6-D13)
  std::uint32_t tcp_timeout_syn_sent;
  std::uint32_t tcp_timeout_syn_recv;
  std::uint32_t tcp_timeout_established;
  std::uint32_t tcp_timeout_fin_wait;
  std::uint32_t tcp_timeout_close_wait;
  std::uint32_t tcp_timeout_last_ack;
  std::uint32_t tcp_timeout_time_wait;
  std::uint32_t tcp_timeout_close;
  std::uint32_t tcp_syn_refreshes;  ///< a SYN again, unreplied, restarts the timer (D28)
  // UDP and the rest
  std::uint32_t udp_timeout;         ///< D3, D23
  std::uint32_t udp_timeout_stream;  ///< D4
  std::uint32_t generic_timeout;     ///< D5
  std::uint32_t generic_bytes;       ///< transport bytes that a packet of any other protocol needs,
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
  std::uint32_t max;          ///< most connections at once, 1 to 2^30 (G3)
  std::uint32_t buckets;      ///< connections that the hash table is laid out for; below
                              ///< `max` it is laid out for `max`
  std::uint32_t clash_joins;  ///< two threads open one connection (B16): UDP and others
                              ///< join the first; else, and TCP and ICMP, are dropped
  // for people
  std::uint32_t table_format;  ///< a TableFormat: how the table is printed (F1, T4)
};

/// Values of Profile::table_format.
enum class TableFormat : std::uint32_t { tutorial, ip_conntrack };

enum class SwitchKind : std::uint8_t { flag, seconds, bytes, count, icmp_types, table_format };

/// The profiles there are, in the order of `Switch::values`.
inline constexpr int kProfiles = 2;

/// One row of the table.
struct Switch {
  std::string_view name;
  SwitchKind kind;
  std::uint32_t Profile::*field;
  std::array<std::uint32_t, kProfiles> values;  ///< tutorial, linux-2.4
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
/// ICMP types "3,4,11" or "none"; for table_format "tutorial" or "ip_conntrack". On an error the
/// profile is unchanged.
SwitchError set_switch(Profile& profile, const Switch& row, std::string_view value);

}  // namespace statewall
