#include "verify/table_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "statewall/packet.h"

namespace statewall {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = line.find(' ');
    if (end != 0) words.push_back(line.substr(0, end));
    line.remove_prefix(end == line.npos ? line.size() : end + 1);
  }
  return words;
}

bool is_left_out(std::string_view word) {
  constexpr std::array<std::string_view, 7> kLeftOut{
      "timeout=", "stream_timeout=", "delta-time=", "mark=", "zone=", "use=", "secctx="};
  return std::ranges::any_of(kLeftOut, [&](auto start) { return word.starts_with(start); });
}

bool is_number(std::string_view word) {
  return std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

/// F9: IPv6 in full.
std::string full_address(const Address& address, Family family) {
  const auto& b = address.bytes;
  if (family == Family::ipv4) return fmt::format("{}.{}.{}.{}", b[0], b[1], b[2], b[3]);
  std::string text;
  for (std::size_t i = 0; i < b.size(); i += 2) {
    text += fmt::format("{}{:02x}{:02x}", i == 0 ? "" : ":", b[i], b[i + 1]);
  }
  return text;
}

std::string transport_text(const Tuple& tuple) {
  constexpr std::uint8_t kGre = 47, kSctp = 132, kUdpLite = 136;
  switch (tuple.protocol) {
    case protocol::icmp:
    case protocol::icmpv6:
      return fmt::format(" type={} code={} id={}", tuple.icmp_type, tuple.icmp_code, tuple.icmp_id);
    case protocol::tcp:
    case protocol::udp:
    case kSctp:
    case kUdpLite:
      return fmt::format(" sport={} dport={}", tuple.source_port, tuple.destination_port);
    case kGre:
      return fmt::format(" srckey={:#x} dstkey={:#x}", tuple.source_port, tuple.destination_port);
    default: return {};
  }
}

std::string tuple_text(const Tuple& tuple) {
  return fmt::format(" src={} dst={}{}", full_address(tuple.source, tuple.family),
                     full_address(tuple.destination, tuple.family), transport_text(tuple));
}

std::vector<std::string> without(const std::vector<std::string>& entries,
                                 const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  std::ranges::set_difference(entries, others, std::back_inserter(rest));
  return rest;
}

}  // namespace

std::string comparable_entry(std::string_view kernel_line) {
  // "ipv4     2 tcp      6 431999 ESTABLISHED src=..."
  constexpr std::size_t kFamily = 0, kProtocol = 3, kSeconds = 4;
  const std::vector<std::string_view> words = words_of(kernel_line);
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i < kProtocol && i != kFamily) continue;
    if (i == kSeconds && is_number(words[i])) continue;
    if (is_left_out(words[i])) continue;
    if (!text.empty()) text += ' ';
    text += words[i];
  }
  return text;
}

std::string comparable_entry(const Connection& connection) {
  const Tuple& original = connection.original;
  std::string text =
      fmt::format("{} {}", original.family == Family::ipv4 ? "ipv4" : "ipv6", original.protocol);
  if (original.protocol == protocol::tcp) text += fmt::format(" {}", name(connection.tcp_state));
  text += tuple_text(original);
  if (!(connection.status & status::seen_reply)) text += " [UNREPLIED]";
  text += tuple_text(connection.reply);
  if (connection.status & status::assured) text += " [ASSURED]";
  return text;
}

TableDifference compare_tables(std::span<const Connection> ours,
                               std::span<const std::string> kernels) {
  std::vector<std::string> our_entries, kernel_entries;
  for (const Connection& connection : ours) our_entries.push_back(comparable_entry(connection));
  for (const std::string& line : kernels) kernel_entries.push_back(comparable_entry(line));
  std::ranges::sort(our_entries);
  std::ranges::sort(kernel_entries);
  return {without(our_entries, kernel_entries), without(kernel_entries, our_entries)};
}

}  // namespace statewall
