#include "statewall/profile.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace statewall {
namespace {

using enum SwitchKind;

constexpr std::uint32_t types(std::initializer_list<unsigned> list) {
  std::uint32_t set = 0;
  for (const unsigned type : list) set |= 1U << type;
  return set;
}

// RFC 792's reports on packets; no other type can be switched on.
// RFC 792's reports on packets; no other type can be switched on.
constexpr std::uint32_t kErrors = types({3, 4, 5, 11, 12});
constexpr std::uint32_t kErrors6 = types({1, 2, 3, 4});
constexpr std::uint32_t kMostSeconds = 2147483;  // 2^31 ms
constexpr std::uint32_t kMostConnections = 1U << 30;
constexpr std::uint32_t kFragmentBytes = 4U << 20;
constexpr std::uint32_t kMostFragmentBytes = 1U << 30;

using P = Profile;

// The names of the formats, in the order of their numbers.
constexpr std::string_view kFormats[] = {"tutorial", "ip_conntrack", "nf_conntrack", "conntrack"};

// clang-format off
constexpr Switch kSwitches[] = {
    // name, kind, field, {tutorial, linux-2.4, linux, strict}, least, most, meaning, source
    {"track_ipv6", flag, &P::track_ipv6, {1, 0, 1, 1}, 0, 1,
     "IPv6 is tracked; else it has no state", "J"},
    {"known_protocols", flag, &P::known_protocols, {0, 0, 1, 1}, 0, 1,
     "UDP-Lite, SCTP and GRE are told apart by ports and keys; else they are as any other protocol", "E27, E28"},
    {"icmp_timeout", seconds, &P::icmp_timeout, {30, 30, 30, 30}, 0, kMostSeconds,
     "how long an ICMP query waits for its reply", "T10, D1"},
    {"icmpv6_timeout", seconds, &P::icmpv6_timeout, {30, 30, 30, 30}, 0, kMostSeconds,
     "the same of ICMPv6", "D2"},
    {"icmp_further_query_new", flag, &P::icmp_further_query_new, {1, 0, 0, 0}, 0, 1,
     "a further query on a live connection is NEW; else as any packet in original direction", "T2, B2"},
    {"icmp_answered_ends", flag, &P::icmp_answered_ends, {1, 1, 0, 0}, 0, 1,
     "a query connection ends when no query is open any more", "T9, A26"},
    {"icmp_newest_answered_ends", flag, &P::icmp_newest_answered_ends, {1, 0, 0, 0}, 0, 1,
     "... or when the query with the newest sequence number has its reply", "T9"},
    {"icmp_reply_refreshes", flag, &P::icmp_reply_refreshes, {0, 0, 1, 1}, 0, 1,
     "a reply restarts the timer, as a query does", "A26"},
    {"icmp_error_types", icmp_types, &P::icmp_error_types, {kErrors, kErrors, kErrors, types({3, 4, 11, 12})}, 0, kErrors,
     "the ICMP types that report on the packet they quote", "C1"},
    {"icmpv6_error_types", icmp_types, &P::icmpv6_error_types, {kErrors6, kErrors6, kErrors6, kErrors6}, 0, kErrors6,
     "the same of ICMPv6", "J3"},
    {"icmpv6_other_errors", flag, &P::icmpv6_other_errors, {0, 0, 1, 0}, 0, 1,
     "... and every other type below 128", "J3"},
    {"icmpv6_redirects", flag, &P::icmpv6_redirects, {1, 0, 1, 0}, 0, 1,
     "... and redirects that come from a neighbour", "J5"},
    {"error_codes_assigned", flag, &P::error_codes_assigned, {0, 0, 0, 1}, 0, 1,
     "an ICMP error with a code that is not assigned is INVALID", "I"},
    {"icmp_error_checksum", flag, &P::icmp_error_checksum, {1, 1, 0, 0}, 0, 1,
     "an ICMP error with a wrong checksum is INVALID", "A15"},
    {"quote_bytes_ports", bytes, &P::quote_bytes_ports, {8, 8, 4, 8}, 4, 8,
     "transport bytes that a quote must hold where it has ports", "C6"},
    {"quote_bytes_icmp", bytes, &P::quote_bytes_icmp, {8, 8, 8, 8}, 8, 8,
     "... a quote of ICMP", "C7"},
    {"quote_bytes_other", bytes, &P::quote_bytes_other, {8, 8, 0, 8}, 0, 8,
     "... a quote of any other protocol", "C8"},
    {"quote_checksum", flag, &P::quote_checksum, {0, 0, 0, 1}, 0, 1,
     "the header checksum of a quoted IPv4 packet must be right", "C11"},
    {"quote_in_window", flag, &P::quote_in_window, {0, 0, 0, 1}, 0, 1,
     "the sequence number of a quoted TCP segment must be one that is on its way", "C11, RFC 5927"},
    {"error_to_sender", flag, &P::error_to_sender, {1, 0, 1, 1}, 0, 1,
     "an error must be addressed to the host that sent the quoted packet", "C12"},
    {"error_ends", icmp_types, &P::error_ends, {types({3, 11, 12}), 0, 0, types({3, 12})}, 0, kErrors,
     "the ICMP types that end the connection they quote (never 3/4, fragmentation needed)", "T13, T14"},
    {"icmpv6_error_ends", icmp_types, &P::icmpv6_error_ends, {types({1, 3, 4}), 0, 0, types({1, 4})}, 0, kErrors6,
     "the same of ICMPv6", "T13, T14"},
    {"error_ends_unreplied", flag, &P::error_ends_unreplied, {0, 0, 0, 1}, 0, 1,
     "... only while the connection has seen no reply", "C17"},
    {"error_answers_query", flag, &P::error_answers_query, {1, 0, 0, 0}, 0, 1,
     "an error of those types about an ICMP query closes one open query", "C18"},
    {"end_when_passed", flag, &P::end_when_passed, {1, 0, 0, 1}, 0, 1,
     "an end takes effect when the packet has passed the rules; else at once", "T9, A31"},
    {"checksum", flag, &P::checksum, {0, 0, 1, 1}, 0, 1,
     "a packet with a wrong transport checksum is INVALID", "A14, D25, E2"},
    {"udplite_as_udp", flag, &P::udplite_as_udp, {0, 0, 1, 0}, 0, 1,
     "... of UDP-Lite: as kernels compute it, with the protocol number of UDP", "D25"},
    {"udp_length", flag, &P::udp_length, {0, 0, 1, 1}, 0, 1,
     "a UDP length below 8 or beyond the packet is INVALID", "D25"},
    {"tcp_windows", flag, &P::tcp_windows, {0, 0, 1, 1}, 0, 1,
     "TCP is followed by states and windows; else by flags alone", "E1-E26"},
    {"tcp_loose", flag, &P::tcp_loose, {1, 1, 1, 1}, 0, 1,
     "with tcp_windows: a connection may be picked up midstream", "E3, E4"},
    {"tcp_be_liberal", flag, &P::tcp_be_liberal, {0, 0, 0, 0}, 0, 1,
     "with tcp_windows: only RSTs outside the window are INVALID", "E21"},
    {"tcp_ignore_invalid_rst", flag, &P::tcp_ignore_invalid_rst, {0, 0, 0, 0}, 0, 1,
     "with tcp_windows: an RST below the window is accepted", "E7"},
    {"tcp_max_retrans", number, &P::tcp_max_retrans, {3, 3, 3, 3}, 0, 255,
     "with tcp_windows: so many repetitions of a segment shorten the time", "E11, E20"},
    {"tcp_inexact_rst_closes", flag, &P::tcp_inexact_rst_closes, {1, 1, 1, 1}, 0, 1,
     "with tcp_windows: an RST within the window, not at its edge, leaves the time of tcp_timeout_close; else at most tcp_timeout_max_retrans", "E8"},
    {"tcp_timeout_syn_sent", seconds, &P::tcp_timeout_syn_sent, {120, 120, 120, 120}, 0, kMostSeconds,
     "TCP: a SYN waits for its answer", "D6"},
    {"tcp_timeout_syn_sent2", seconds, &P::tcp_timeout_syn_sent2, {120, 120, 120, 120}, 0, kMostSeconds,
     "TCP: SYNs from both sides (a constant in kernels)", "D6"},
    {"tcp_timeout_syn_recv", seconds, &P::tcp_timeout_syn_recv, {60, 60, 60, 60}, 0, kMostSeconds,
     "TCP: SYN and SYN/ACK seen", "D7"},
    {"tcp_timeout_established", seconds, &P::tcp_timeout_established, {432000, 432000, 432000, 432000}, 0, kMostSeconds,
     "TCP: established", "D8"},
    {"tcp_timeout_fin_wait", seconds, &P::tcp_timeout_fin_wait, {120, 120, 120, 120}, 0, kMostSeconds,
     "TCP: a FIN in original direction", "D9"},
    {"tcp_timeout_close_wait", seconds, &P::tcp_timeout_close_wait, {60, 60, 60, 60}, 0, kMostSeconds,
     "TCP: a FIN in reply direction", "D10"},
    {"tcp_timeout_last_ack", seconds, &P::tcp_timeout_last_ack, {30, 30, 30, 30}, 0, kMostSeconds,
     "TCP: waiting for the last ACK", "D11"},
    {"tcp_timeout_time_wait", seconds, &P::tcp_timeout_time_wait, {120, 120, 120, 120}, 0, kMostSeconds,
     "TCP: closed from both sides", "D12"},
    {"tcp_timeout_close", seconds, &P::tcp_timeout_close, {10, 10, 10, 10}, 0, kMostSeconds,
     "TCP: reset", "D13"},
    {"tcp_timeout_max_retrans", seconds, &P::tcp_timeout_max_retrans, {300, 300, 300, 300}, 0, kMostSeconds,
     "with tcp_windows: at most, while segments are repeated or a window is closed", "D14, E11"},
    {"tcp_timeout_unacknowledged", seconds, &P::tcp_timeout_unacknowledged, {300, 300, 300, 300}, 0, kMostSeconds,
     "with tcp_windows: at most, while data waits for its ACK", "D14, E11"},
    {"tcp_syn_refreshes", flag, &P::tcp_syn_refreshes, {1, 1, 0, 0}, 0, 1,
     "a SYN sent again before any reply restarts the timer", "D28"},
    {"udp_timeout", seconds, &P::udp_timeout, {30, 30, 30, 30}, 0, kMostSeconds,
     "UDP: up to the first reply", "D3, D23"},
    {"udp_timeout_stream", seconds, &P::udp_timeout_stream, {180, 180, 120, 120}, 0, kMostSeconds,
     "UDP: once packets went both ways", "D4, D23"},
    {"udp_stream_after", number, &P::udp_stream_after, {0, 0, 2, 2}, 0, kMostSeconds,
     "... and the connection is older than so many seconds", "D24"},
    {"sctp_timeout_closed", seconds, &P::sctp_timeout_closed, {10, 10, 10, 10}, 0, kMostSeconds,
     "SCTP, with known_protocols: an INIT waits for its answer, or the association is over", "D17"},
    {"sctp_timeout_cookie_wait", seconds, &P::sctp_timeout_cookie_wait, {3, 3, 3, 3}, 0, kMostSeconds,
     "SCTP, with known_protocols: INIT and INIT ACK seen", "D17"},
    {"sctp_timeout_cookie_echoed", seconds, &P::sctp_timeout_cookie_echoed, {3, 3, 3, 3}, 0, kMostSeconds,
     "SCTP, with known_protocols: the cookie came back", "D17"},
    {"sctp_timeout_established", seconds, &P::sctp_timeout_established, {210, 210, 210, 210}, 0, kMostSeconds,
     "SCTP, with known_protocols: established", "D17"},
    {"sctp_timeout_shutdown_sent", seconds, &P::sctp_timeout_shutdown_sent, {3, 3, 3, 3}, 0, kMostSeconds,
     "SCTP, with known_protocols: a SHUTDOWN in original direction", "D17"},
    {"sctp_timeout_shutdown_recd", seconds, &P::sctp_timeout_shutdown_recd, {3, 3, 3, 3}, 0, kMostSeconds,
     "SCTP, with known_protocols: a SHUTDOWN in reply direction", "D17"},
    {"sctp_timeout_shutdown_ack_sent", seconds, &P::sctp_timeout_shutdown_ack_sent, {3, 3, 3, 3}, 0, kMostSeconds,
     "SCTP, with known_protocols: waiting for SHUTDOWN COMPLETE", "D17"},
    {"sctp_timeout_heartbeat_sent", seconds, &P::sctp_timeout_heartbeat_sent, {30, 30, 30, 30}, 0, kMostSeconds,
     "SCTP, with known_protocols: a heartbeat on a path that is new", "D17"},
    {"gre_timeout", seconds, &P::gre_timeout, {30, 30, 30, 30}, 0, kMostSeconds,
     "GRE, with known_protocols: up to the first reply", "D16, D27"},
    {"gre_timeout_stream", seconds, &P::gre_timeout_stream, {180, 180, 180, 180}, 0, kMostSeconds,
     "... once packets went both ways", "D16, D27"},
    {"generic_timeout", seconds, &P::generic_timeout, {600, 600, 600, 600}, 0, kMostSeconds,
     "any other protocol", "D5"},
    {"generic_bytes", bytes, &P::generic_bytes, {8, 8, 0, 0}, 0, 8,
     "transport bytes that a packet of any other protocol must have", "A13"},
    {"reassembly", flag, &P::reassembly, {1, 1, 1, 1}, 0, 1,
     "IPv4 fragments are put together before they are tracked", "B11"},
    {"reassembly6", flag, &P::reassembly6, {1, 0, 1, 1}, 0, 1,
     "... IPv6 fragments", "B11"},
    {"ipfrag_time", seconds, &P::ipfrag_time, {30, 30, 30, 30}, 0, kMostSeconds,
     "IPv4 fragments: how long a datagram waits, from the first that comes", "D18b"},
    {"ipfrag_high_thresh", bytes, &P::ipfrag_high_thresh, {kFragmentBytes, 262144, kFragmentBytes, kFragmentBytes}, 0, kMostFragmentBytes,
     "... memory for all that wait, as a kernel counts it; no fragment is taken above it", "D18b"},
    {"ipfrag_max_dist", count, &P::ipfrag_max_dist, {64, 0, 64, 64}, 0, kMostFragmentBytes,
     "... a datagram begins anew when so many fragments of its source came in between; 0: never", "D18b"},
    {"frag6_timeout", seconds, &P::frag6_timeout, {60, 60, 60, 60}, 0, kMostSeconds,
     "IPv6 fragments: as ipfrag_time", "D18b"},
    {"frag6_high_thresh", bytes, &P::frag6_high_thresh, {kFragmentBytes, kFragmentBytes, kFragmentBytes, kFragmentBytes}, 0, kMostFragmentBytes,
     "... as ipfrag_high_thresh", "D18b"},
    {"max", count, &P::max, {262144, 262144, 262144, 262144}, 1, kMostConnections,
     "most connections at once", "G3"},
    {"buckets", count, &P::buckets, {262144, 262144, 262144, 262144}, 1, kMostConnections,
     "connections that the hash table is laid out for, if that is more than max", "G2"},
    {"early_drop_closing", flag, &P::early_drop_closing, {0, 0, 1, 1}, 0, 1,
     "a full table drops assured TCP connections that are closing, too", "G5"},
    {"clash_joins", flag, &P::clash_joins, {0, 0, 1, 1}, 0, 1,
     "of two threads that open one connection the second joins the first (not TCP, ICMP); else its "
     "packet is dropped", "B16"},
    {"acct", flag, &P::acct, {0, 0, 0, 0}, 0, 1,
     "packets and bytes of each direction are counted", "F8"},
    {"conntrack_match_needs_entry", flag, &P::conntrack_match_needs_entry, {1, 1, 0, 1}, 0, 1,
     "-m conntrack fails on a packet without connection if it asks for more than its state", "H10"},
    {"reject_modern", flag, &P::reject_modern, {0, 0, 1, 1}, 0, 1,
     "REJECT answers as kernels since 2.6 do", "H17, H18"},
    {"reject_closes", flag, &P::reject_closes, {0, 0, 1, 1}, 0, 1,
     "a RST that REJECT sends closes the TCP connection it is about", "H17"},
    {"log_modern", flag, &P::log_modern, {0, 0, 1, 1}, 0, 1,
     "LOG writes its lines as kernels since 2.6 do", "H19-H21"},
    {"table_format", table_format, &P::table_format, {0, 1, 2, 2}, 0, std::size(kFormats) - 1,
     "how the table is printed", "T4, F1, F8, F14"},
};
// clang-format on

constexpr Profile column(std::string_view name, std::size_t index) {
  Profile profile{};
  profile.name = name;
  for (const Switch& row : kSwitches) profile.*row.field = row.values[index];
  return profile;
}

constexpr std::array<Profile, kProfiles> kProfileTable{
    column("tutorial", 0), column("linux-2.4", 1), column("linux", 2), column("strict", 3)};

// Other names that kernels and texts had for a switch, after the prefixes are taken off.
struct Alias {
  std::string_view alias;
  std::string_view name;
};
constexpr Alias kAliases[] = {
    {"udp_stream_timeout", "udp_timeout_stream"}, {"tcp_syn_sent", "tcp_timeout_syn_sent"},
    {"tcp_syn_recv", "tcp_timeout_syn_recv"},     {"tcp_established", "tcp_timeout_established"},
    {"tcp_fin_wait", "tcp_timeout_fin_wait"},     {"tcp_close_wait", "tcp_timeout_close_wait"},
    {"tcp_last_ack", "tcp_timeout_last_ack"},     {"tcp_time_wait", "tcp_timeout_time_wait"},
    {"tcp_close", "tcp_timeout_close"},
};
constexpr std::string_view kPrefixes[] = {"nf_conntrack_", "ip_conntrack_", "ip_ct_"};

const Switch* exact(std::string_view name) {
  for (const Switch& row : kSwitches) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

/// A decimal number that is the whole text.
bool parse_number(std::string_view text, std::uint32_t& number, SwitchError& error) {
  const char* end = text.data() + text.size();
  const auto [rest, code] = std::from_chars(text.data(), end, number);
  if (code == std::errc::result_out_of_range) {
    error = SwitchError::out_of_range;
  } else if (code != std::errc{} || rest != end) {
    error = SwitchError::not_a_number;
  }
  return error == SwitchError::none;
}

SwitchError parse_flag(std::string_view text, std::uint32_t& value) {
  SwitchError error = SwitchError::none;
  if (text == "on" || text == "yes") {
    value = 1;
  } else if (text == "off" || text == "no") {
    value = 0;
  } else {
    parse_number(text, value, error);
  }
  return error;
}

SwitchError parse_types(std::string_view text, std::uint32_t& value) {
  value = 0;
  if (text == "none") return SwitchError::none;
  for (;;) {
    const std::size_t comma = text.find(',');
    std::uint32_t type = 0;
    SwitchError error = SwitchError::none;
    if (!parse_number(text.substr(0, comma), type, error)) return SwitchError::not_a_type_set;
    if (type > 31) return SwitchError::out_of_range;
    value |= 1U << type;
    if (comma == std::string_view::npos) return SwitchError::none;
    text.remove_prefix(comma + 1);
  }
}

SwitchError parse_format(std::string_view text, std::uint32_t& value) {
  const auto* found = std::find(std::begin(kFormats), std::end(kFormats), text);
  if (found == std::end(kFormats)) return SwitchError::not_a_format;
  value = static_cast<std::uint32_t>(found - std::begin(kFormats));
  return SwitchError::none;
}

SwitchError parse(SwitchKind kind, std::string_view text, std::uint32_t& value) {
  switch (kind) {
    case flag: return parse_flag(text, value);
    case icmp_types: return parse_types(text, value);
    case table_format: return parse_format(text, value);
    case seconds:
    case bytes:
    case number:
    case count: break;
  }
  SwitchError error = SwitchError::none;
  parse_number(text, value, error);
  return error;
}

bool in_range(const Switch& row, std::uint32_t value) {
  if (row.kind == icmp_types) return (value & ~row.most) == 0;
  return value >= row.least && value <= row.most;
}

}  // namespace

std::string_view name(TableFormat format) { return kFormats[static_cast<std::size_t>(format)]; }

std::span<const Switch> switches() { return kSwitches; }

const Profile& tutorial() { return kProfileTable[0]; }
const Profile& linux_2_4() { return kProfileTable[1]; }
const Profile& linux_6() { return kProfileTable[2]; }
const Profile& strict() { return kProfileTable[3]; }
std::span<const Profile> profiles() { return kProfileTable; }

const Profile* find_profile(std::string_view name) {
  for (const Profile& profile : kProfileTable) {
    if (profile.name == name) return &profile;
  }
  return nullptr;
}

const Switch* find_switch(std::string_view name) {
  for (const std::string_view prefix : kPrefixes) {
    if (name.starts_with(prefix)) {
      name.remove_prefix(prefix.size());
      break;
    }
  }
  for (const Alias& alias : kAliases) {
    if (alias.alias == name) return exact(alias.name);
  }
  return exact(name);
}

SwitchError set_switch(Profile& profile, const Switch& row, std::string_view text) {
  std::uint32_t value = 0;
  const SwitchError error = parse(row.kind, text, value);
  if (error != SwitchError::none) return error;
  if (!in_range(row, value)) return SwitchError::out_of_range;
  profile.*row.field = value;
  return SwitchError::none;
}

}  // namespace statewall
