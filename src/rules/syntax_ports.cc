#include <array>

#include "rules/syntax_groups.h"

// tcp and udp.

namespace statewall::rules {
namespace {

constexpr BitName kTcpFlags[] = {{"FIN", 1},  {"SYN", 2},  {"RST", 4},    {"PSH", 8},
                                 {"ACK", 16}, {"URG", 32}, {"ALL", 0x3f}, {"NONE", 0}};
constexpr std::uint8_t kSynMask = 1 | 2 | 4 | 16, kSyn = 2;

bool read_tcp_flags(Argument& argument, TcpMatch& tcp) {
  const auto mask = read_bits(argument, argument.text(), "TCP flag", kTcpFlags);
  if (!mask) return false;
  const Word second = argument.another();
  if (second.text.empty()) {
    return argument.fail("two lists of flags are needed: those to look at, and those to be set");
  }
  const auto flags = read_bits(argument.at(second), second.text, "TCP flag", kTcpFlags);
  if (!flags) return false;
  tcp.flags_mask = static_cast<std::uint8_t>(*mask);
  tcp.flags = static_cast<std::uint8_t>(*flags);
  tcp.flags_inverted = argument.inverted();
  return true;
}

bool read_syn(Argument& argument, TcpMatch& tcp) {
  tcp.flags_mask = kSynMask;
  tcp.flags = kSyn;
  tcp.flags_inverted = argument.inverted();
  return true;
}

bool read_tcp_option(Argument& argument, TcpMatch& tcp) {
  tcp.option_inverted = argument.inverted();
  return read_number_into<1, 255>(argument, tcp.option);
}

void print_tcp_flags(RuleWriter& out, std::uint8_t flags) {
  if (flags == 0) {
    out.text() += "NONE";
    return;
  }
  const char* comma = "";
  for (const BitName& row : std::span(kTcpFlags).first(6)) {
    if ((flags & row.bits) == 0) continue;
    out.text().append(comma).append(row.name);
    comma = ",";
  }
}

void print_ports(RuleWriter& out, std::string_view option, const Range<std::uint16_t>& ports) {
  if (ports != kAnyPort) out.option(option, ports.inverted).range(ports);
}

void print_tcp(RuleWriter& out, const TcpMatch& tcp) {
  print_ports(out, "sport", tcp.source_port);
  print_ports(out, "dport", tcp.destination_port);
  if (tcp.option != 0) out.option("tcp-option", tcp.option_inverted).number(tcp.option);
  if (tcp.flags_mask == 0 && tcp.flags == 0 && !tcp.flags_inverted) return;
  out.option("tcp-flags", tcp.flags_inverted).text() += ' ';
  print_tcp_flags(out, tcp.flags_mask);
  out.text() += ' ';
  print_tcp_flags(out, tcp.flags);
}

void print_udp(RuleWriter& out, const UdpMatch& udp) {
  print_ports(out, "sport", udp.source_port);
  print_ports(out, "dport", udp.destination_port);
}

constexpr auto kTcpSource = into_match<&TcpMatch::source_port, read_ports>;
constexpr auto kTcpDestination = into_match<&TcpMatch::destination_port, read_ports>;
constexpr auto kUdpSource = into_match<&UdpMatch::source_port, read_ports>;
constexpr auto kUdpDestination = into_match<&UdpMatch::destination_port, read_ports>;
constexpr std::uint8_t kNot = MatchOption::kNot, kAlone = MatchOption::kAlone;

constexpr MatchOption kTcpOptions[] = {
    {"source-port", 1, kNot, kTcpSource},
    {"sport", 1, kNot, kTcpSource},
    {"destination-port", 2, kNot, kTcpDestination},
    {"dport", 2, kNot, kTcpDestination},
    {"syn", 4, kNot | kAlone, of_match<TcpMatch, read_syn>, 8},
    {"tcp-flags", 8, kNot, of_match<TcpMatch, read_tcp_flags>, 4},
    {"tcp-option", 16, kNot, of_match<TcpMatch, read_tcp_option>},
};

constexpr MatchOption kUdpOptions[] = {
    {"source-port", 1, kNot, kUdpSource},
    {"sport", 1, kNot, kUdpSource},
    {"destination-port", 2, kNot, kUdpDestination},
    {"dport", 2, kNot, kUdpDestination},
};

constexpr MatchSyntax kMatches[] = {
    {.name = "tcp",
     .kind = kIndexIn<TcpMatch, Match>,
     .make = make<TcpMatch, Match>,
     .options = kTcpOptions,
     .print = prints_match<TcpMatch, print_tcp>,
     .protocol = 6},
    {.name = "udp",
     .kind = kIndexIn<UdpMatch, Match>,
     .make = make<UdpMatch, Match>,
     .options = kUdpOptions,
     .print = prints_match<UdpMatch, print_udp>,
     .protocol = 17},
};

}  // namespace

std::span<const MatchSyntax> port_matches() { return kMatches; }

}  // namespace statewall::rules
