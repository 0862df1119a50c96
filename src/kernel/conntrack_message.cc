#include "kernel/conntrack_message.h"

#include <fmt/format.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string_view>

namespace statewall {
namespace {

using Value = std::span<const std::uint8_t>;

constexpr std::uint16_t kNewMessage = (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW;
constexpr std::size_t kGeneral = sizeof(nfgenmsg);

/// Numbers travel in network order, in as many bytes as they need.
std::uint64_t number(Value value) {
  std::uint64_t sum = 0;
  for (const std::uint8_t byte : value.first(std::min<std::size_t>(value.size(), 8))) {
    sum = sum << 8 | byte;
  }
  return sum;
}

/// The value of an attribute within another one's; empty if it is not there.
Value find(Value nest, std::uint16_t type) {
  NetlinkAttributes attributes(nest);
  while (const auto attribute = attributes.next()) {
    if (attribute->type == type) return attribute->value;
  }
  return {};
}

Value find(Value nest, std::initializer_list<std::uint16_t> path) {
  for (const std::uint16_t type : path) nest = find(nest, type);
  return nest;
}

struct Protocol {
  std::uint8_t number;
  std::string_view name;
  enum class Keys { none, ports, icmp, icmpv6, gre } keys;
};
constexpr Protocol kProtocols[] = {
    {IPPROTO_ICMP, "icmp", Protocol::Keys::icmp},
    {IPPROTO_TCP, "tcp", Protocol::Keys::ports},
    {IPPROTO_UDP, "udp", Protocol::Keys::ports},
    {IPPROTO_DCCP, "dccp", Protocol::Keys::ports},
    {IPPROTO_GRE, "gre", Protocol::Keys::gre},
    {IPPROTO_SCTP, "sctp", Protocol::Keys::ports},
    {IPPROTO_UDPLITE, "udplite", Protocol::Keys::ports},
    {IPPROTO_ICMPV6, "icmpv6", Protocol::Keys::icmpv6},
};
constexpr Protocol kUnknown{0, "unknown", Protocol::Keys::none};

/// What the kernel tracks by more than its number, it tells the keys of (kernels differ over DCCP).
const Protocol& protocol_of(Value keys) {
  constexpr std::size_t kMostAlone = 1;  // the number
  std::size_t attributes = 0;
  for (NetlinkAttributes all(keys); all.next();) ++attributes;
  if (attributes <= kMostAlone) return kUnknown;
  const auto found =
      std::ranges::find(kProtocols, number(find(keys, CTA_PROTO_NUM)), &Protocol::number);
  return found == std::end(kProtocols) ? kUnknown : *found;
}

constexpr std::string_view kTcpStates[] = {"NONE",     "SYN_SENT",   "SYN_RECV", "ESTABLISHED",
                                           "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT",
                                           "CLOSE",    "SYN_SENT2"};
constexpr std::string_view kSctpStates[] = {
    "NONE",          "CLOSED",        "COOKIE_WAIT",       "COOKIE_ECHOED", "ESTABLISHED",
    "SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT"};

std::string state_text(std::span<const std::string_view> names, Value value) {
  if (value.empty()) return {};
  const std::uint64_t state = number(value);
  return state < names.size() ? fmt::format("{} ", names[state]) : "UNKNOWN ";
}

std::string address_text(Value address) {
  if (address.size() == 4) {
    return fmt::format("{}.{}.{}.{}", address[0], address[1], address[2], address[3]);
  }
  std::string text;
  for (std::size_t i = 0; i + 1 < address.size(); i += 2) {
    text += fmt::format("{}{:02x}{:02x}", i == 0 ? "" : ":", address[i], address[i + 1]);
  }
  return text;
}

std::string keys_text(Value keys, Protocol::Keys kind) {
  const auto of = [&](std::uint16_t type) { return number(find(keys, type)); };
  switch (kind) {
    case Protocol::Keys::ports:
      return fmt::format("sport={} dport={} ", of(CTA_PROTO_SRC_PORT), of(CTA_PROTO_DST_PORT));
    case Protocol::Keys::icmp:
      return fmt::format("type={} code={} id={} ", of(CTA_PROTO_ICMP_TYPE), of(CTA_PROTO_ICMP_CODE),
                         of(CTA_PROTO_ICMP_ID));
    case Protocol::Keys::icmpv6:
      return fmt::format("type={} code={} id={} ", of(CTA_PROTO_ICMPV6_TYPE),
                         of(CTA_PROTO_ICMPV6_CODE), of(CTA_PROTO_ICMPV6_ID));
    case Protocol::Keys::gre:
      return fmt::format("srckey={:#x} dstkey={:#x} ", of(CTA_PROTO_SRC_PORT),
                         of(CTA_PROTO_DST_PORT));
    case Protocol::Keys::none: break;
  }
  return {};
}

std::string tuple_text(Value tuple, const Protocol& protocol) {
  const Value ip = find(tuple, CTA_TUPLE_IP);
  const bool ipv6 = find(ip, CTA_IP_V4_SRC).empty();
  return fmt::format("src={} dst={} {}",
                     address_text(find(ip, ipv6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC)),
                     address_text(find(ip, ipv6 ? CTA_IP_V6_DST : CTA_IP_V4_DST)),
                     keys_text(find(tuple, CTA_TUPLE_PROTO), protocol.keys));
}

/// "packets=1 bytes=84 ", where they are counted.
std::string counters_text(Value counters) {
  if (counters.empty()) return {};
  return fmt::format("packets={} bytes={} ", number(find(counters, CTA_COUNTERS_PACKETS)),
                     number(find(counters, CTA_COUNTERS_BYTES)));
}

}  // namespace

std::optional<std::string> conntrack_line(const NetlinkMessage& message) {
  if (message.type != kNewMessage || message.payload.size() < kGeneral) return std::nullopt;
  const Value all = message.payload.subspan(kGeneral);
  const Value original = find(all, CTA_TUPLE_ORIG), reply = find(all, CTA_TUPLE_REPLY);
  if (original.empty() || reply.empty()) return std::nullopt;

  const Value keys = find(original, CTA_TUPLE_PROTO);
  const Protocol& protocol = protocol_of(keys);
  const bool ipv6 = message.payload[0] == AF_INET6;
  const std::uint64_t status = number(find(all, CTA_STATUS));
  std::string line = fmt::format("{:<8} {} {:<8} {} ", ipv6 ? "ipv6" : "ipv4", ipv6 ? 10 : 2,
                                 protocol.name, number(find(keys, CTA_PROTO_NUM)));
  line += fmt::format("{} ", number(find(all, CTA_TIMEOUT)));
  line += state_text(kTcpStates,
                     find(all, {CTA_PROTOINFO, CTA_PROTOINFO_TCP, CTA_PROTOINFO_TCP_STATE}));
  line += state_text(kSctpStates,
                     find(all, {CTA_PROTOINFO, CTA_PROTOINFO_SCTP, CTA_PROTOINFO_SCTP_STATE}));
  line += tuple_text(original, protocol) + counters_text(find(all, CTA_COUNTERS_ORIG));
  if (!(status & IPS_SEEN_REPLY)) line += "[UNREPLIED] ";
  line += tuple_text(reply, protocol) + counters_text(find(all, CTA_COUNTERS_REPLY));
  if (status & IPS_ASSURED) line += "[ASSURED] ";
  return line + fmt::format("mark={} zone={} use={}", number(find(all, CTA_MARK)),
                            number(find(all, CTA_ZONE)), number(find(all, CTA_USE)));
}

}  // namespace statewall
