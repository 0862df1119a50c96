#include "statewall/profile.h"

#include <charconv>

namespace statewall {
namespace {

using enum SwitchKind;

constexpr std::uint32_t types(std::initializer_list<unsigned> list) {
  std::uint32_t set = 0;
  for (const unsigned type : list) set |= 1U << type;
  return set;
}

// RFC 792's reports on packets; no other type can be switched on.
constexpr std::uint32_t kErrors = types({3, 4, 5, 11, 12});
constexpr std::uint32_t kMostSeconds = 2147483;  // 2^31 ms
constexpr std::uint32_t kMostConnections = 1U << 30;
constexpr std::uint32_t kFragmentBytes = 4U << 20;
constexpr std::uint32_t kMostFragmentBytes = 1U << 30;
constexpr auto kTutorialText = static_cast<std::uint32_t>(TableFormat::tutorial);
constexpr auto kIpConntrackText = static_cast<std::uint32_t>(TableFormat::ip_conntrack);

using P = Profile;

// clang-format off
constexpr Switch kSwitches[] = {
    // name, kind, field, {tutorial, linux-2.4}, least, most, meaning, source
    {"icmp_timeout", seconds, &P::icmp_timeout, {30, 30}, 0, kMostSeconds,
     "how long an ICMP query waits for its reply", "T10, D1"},
    {"icmp_further_query_new", flag, &P::icmp_further_query_new, {1, 0}, 0, 1,
     "a further query on a live connection is NEW; else as any packet in original direction", "T2, B2"},
    {"icmp_answered_ends", flag, &P::icmp_answered_ends, {1, 1}, 0, 1,
     "a query connection ends when no query is open any more", "T9, A26"},
    {"icmp_newest_answered_ends", flag, &P::icmp_newest_answered_ends, {1, 0}, 0, 1,
     "... or when the query with the newest sequence number has its reply", "T9"},
    {"icmp_reply_refreshes", flag, &P::icmp_reply_refreshes, {0, 0}, 0, 1,
     "a reply restarts the timer, as a query does", "A26"},
    {"icmp_error_types", icmp_types, &P::icmp_error_types, {kErrors, kErrors}, 0, kErrors,
     "the ICMP types that report on the packet they quote", "C1"},
    {"icmp_error_checksum", flag, &P::icmp_error_checksum, {1, 1}, 0, 1,
     "an ICMP error with a wrong checksum is INVALID", "A15"},
    {"quote_bytes_ports", bytes, &P::quote_bytes_ports, {8, 8}, 4, 8,
     "transport bytes that a quote of TCP or UDP must hold", "C6"},
    {"quote_bytes_icmp", bytes, &P::quote_bytes_icmp, {8, 8}, 8, 8,
     "... a quote of ICMP", "C7"},
    {"quote_bytes_other", bytes, &P::quote_bytes_other, {8, 8}, 0, 8,
     "... a quote of any other protocol", "C8"},
    {"error_to_sender", flag, &P::error_to_sender, {1, 0}, 0, 1,
     "an error must be addressed to the host that sent the quoted packet", "C12"},
    {"error_ends", icmp_types, &P::error_ends, {types({3, 11, 12}), 0}, 0, kErrors,
     "the ICMP types that end the connection they quote (never 3/4, fragmentation needed)", "T13, T14"},
    {"error_answers_query", flag, &P::error_answers_query, {1, 0}, 0, 1,
     "an error of those types about an ICMP query closes one open query", "C18"},
    {"end_when_passed", flag, &P::end_when_passed, {1, 0}, 0, 1,
     "an end takes effect when the packet has passed the rules; else at once", "T9, A31"},
    {"tcp_timeout_syn_sent", seconds, &P::tcp_timeout_syn_sent, {120, 120}, 0, kMostSeconds,
     "TCP: a SYN waits for its answer", "D6"},
    {"tcp_timeout_syn_recv", seconds, &P::tcp_timeout_syn_recv, {60, 60}, 0, kMostSeconds,
     "TCP: SYN and SYN/ACK seen", "D7"},
    {"tcp_timeout_established", seconds, &P::tcp_timeout_established, {432000, 432000}, 0, kMostSeconds,
     "TCP: established", "D8"},
    {"tcp_timeout_fin_wait", seconds, &P::tcp_timeout_fin_wait, {120, 120}, 0, kMostSeconds,
     "TCP: a FIN in original direction", "D9"},
    {"tcp_timeout_close_wait", seconds, &P::tcp_timeout_close_wait, {60, 60}, 0, kMostSeconds,
     "TCP: a FIN in reply direction", "D10"},
    {"tcp_timeout_last_ack", seconds, &P::tcp_timeout_last_ack, {30, 30}, 0, kMostSeconds,
     "TCP: waiting for the last ACK", "D11"},
    {"tcp_timeout_time_wait", seconds, &P::tcp_timeout_time_wait, {120, 120}, 0, kMostSeconds,
     "TCP: closed from both sides", "D12"},
    {"tcp_timeout_close", seconds, &P::tcp_timeout_close, {10, 10}, 0, kMostSeconds,
     "TCP: reset", "D13"},
    {"tcp_syn_refreshes", flag, &P::tcp_syn_refreshes, {1, 1}, 0, 1,
     "a SYN sent again before any reply restarts the timer", "D28"},
    {"udp_timeout", seconds, &P::udp_timeout, {30, 30}, 0, kMostSeconds,
     "UDP: up to the first reply", "D3, D23"},
    {"udp_timeout_stream", seconds, &P::udp_timeout_stream, {180, 180}, 0, kMostSeconds,
     "UDP: once packets went both ways", "D4, D23"},
    {"generic_timeout", seconds, &P::generic_timeout, {600, 600}, 0, kMostSeconds,
     "any other protocol", "D5"},
    {"generic_bytes", bytes, &P::generic_bytes, {8, 8}, 0, 8,
     "transport bytes that a packet of any other protocol must have", "A13"},
    {"reassembly", flag, &P::reassembly, {1, 1}, 0, 1,
     "IPv4 fragments are put together before they are tracked", "B11"},
    {"reassembly6", flag, &P::reassembly6, {1, 0}, 0, 1,
     "... IPv6 fragments", "B11"},
    {"ipfrag_time", seconds, &P::ipfrag_time, {30, 30}, 0, kMostSeconds,
     "IPv4 fragments: how long a datagram waits, from the first that comes", "D18b"},
    {"ipfrag_high_thresh", bytes, &P::ipfrag_high_thresh, {kFragmentBytes, 262144}, 0, kMostFragmentBytes,
     "... memory for all that wait, as a kernel counts it; no fragment is taken above it", "D18b"},
    {"ipfrag_max_dist", count, &P::ipfrag_max_dist, {64, 0}, 0, kMostFragmentBytes,
     "... a datagram begins anew when so many fragments of its source came in between; 0: never", "D18b"},
    {"frag6_timeout", seconds, &P::frag6_timeout, {60, 60}, 0, kMostSeconds,
     "IPv6 fragments: as ipfrag_time", "D18b"},
    {"frag6_high_thresh", bytes, &P::frag6_high_thresh, {kFragmentBytes, kFragmentBytes}, 0, kMostFragmentBytes,
     "... as ipfrag_high_thresh", "D18b"},
    {"max", count, &P::max, {262144, 262144}, 1, kMostConnections,
     "most connections at once", "G3"},
    {"buckets", count, &P::buckets, {262144, 262144}, 1, kMostConnections,
     "connections that the hash table is laid out for, if that is more than max", "G2"},
    {"clash_joins", flag, &P::clash_joins, {0, 0}, 0, 1,
     "of two threads that open one connection the second joins the first (not TCP, ICMP); else its "
     "packet is dropped", "B16"},
    {"table_format", table_format, &P::table_format, {kTutorialText, kIpConntrackText}, 0, 1,
     "how the table is printed", "T4, F1"},
};
// clang-format on

constexpr Profile column(std::string_view name, std::size_t index) {
  Profile profile{};
  profile.name = name;
  for (const Switch& row : kSwitches) profile.*row.field = row.values[index];
  return profile;
}

constexpr std::array<Profile, kProfiles> kProfileTable{column("tutorial", 0),
                                                       column("linux-2.4", 1)};

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
  if (text == "tutorial") {
    value = kTutorialText;
  } else if (text == "ip_conntrack") {
    value = kIpConntrackText;
  } else {
    return SwitchError::not_a_format;
  }
  return SwitchError::none;
}

SwitchError parse(SwitchKind kind, std::string_view text, std::uint32_t& value) {
  switch (kind) {
    case flag: return parse_flag(text, value);
    case icmp_types: return parse_types(text, value);
    case table_format: return parse_format(text, value);
    case seconds:
    case bytes:
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

std::span<const Switch> switches() { return kSwitches; }

const Profile& tutorial() { return kProfileTable[0]; }
const Profile& linux_2_4() { return kProfileTable[1]; }
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
