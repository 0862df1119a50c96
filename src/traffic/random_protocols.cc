#include <string_view>

#include "traffic/draft.h"
#include "traffic/random_rule.h"

namespace statewall {
namespace {

using Words = std::string_view;
using Write = std::string (*)(RandomRule&);

constexpr Words kPorts[] = {"1000",  "1001",      "2000",  "80",    "53",    "0",
                            "65535", "1000:1001", "53:80", ":1000", "1024:", "0:0"};

std::string two_ports(RandomRule& rule, Words module) {
  std::string text = fmt::format("-m {} ", module);
  const std::uint32_t which = rule.random.below(4);
  if (which != 1) text += rule.option("--sport", rule.random.of(kPorts));
  // iptables 1.8.9 compares two inverted ports as one number of four bytes.
  const bool inverted = text.find('!') != text.npos;
  if (which >= 1 && !(inverted && which != 1)) {
    text += rule.option("--dport", rule.random.of(kPorts));
  }
  return text;
}

std::string tcp(RandomRule& rule) {
  constexpr Words kFlags[] = {"SYN,ACK,FIN,RST SYN", "ALL ACK",         "RST RST", "ALL NONE",
                              "FIN,ACK FIN,ACK",     "ALL FIN,PSH,URG", "SYN NONE"};
  std::string text = two_ports(rule, "tcp");
  switch (rule.random.below(5)) {
    case 0: text += fmt::format("{}--syn ", rule.perhaps_not()); break;
    case 1: text += rule.option("--tcp-flags", rule.random.of(kFlags)); break;
    case 2: text += rule.option("--tcp-option", 1 + rule.random.below(9)); break;
    default: break;
  }
  return text;
}

std::string icmp(RandomRule& rule) {
  constexpr Words kTypes[] = {"echo-request", "echo-reply", "3",   "3/3", "3/4", "11",
                              "any",          "13",         "14",  "5/1", "12",  "4",
                              "17",           "255",        "8/0", "3/1", "0"};
  return "-m icmp " + rule.option("--icmp-type", rule.random.of(kTypes));
}

std::string icmp6(RandomRule& rule) {
  constexpr Words kTypes[] = {"echo-request", "echo-reply", "1",   "1/4", "packet-too-big", "3",
                              "4/1",          "137",        "135", "139", "128/0",          "100",
                              "3/0"};
  return "-m icmp6 " + rule.option("--icmpv6-type", rule.random.of(kTypes));
}

std::string sctp(RandomRule& rule) {
  constexpr Words kChunks[] = {"any INIT",    "any DATA,SACK",   "only DATA",
                               "all INIT",    "any ABORT,ERROR", "only HEARTBEAT,HEARTBEAT_ACK",
                               "any ABORT:T", "only SHUTDOWN",   "all COOKIE_ECHO,DATA",
                               "any DATA:Be", "any ALL",         "only NONE"};
  std::string text = two_ports(rule, "sctp");
  if (rule.random.one_in(2)) text += rule.option("--chunk-types", rule.random.of(kChunks));
  return text;
}

std::string esp(RandomRule& rule) {
  constexpr Words kSpis[] = {"0", "0:100", "1:4294967295", "256"};
  return "-m esp " + rule.option("--espspi", rule.random.of(kSpis));
}

struct Protocol {
  Words name;
  std::uint8_t number;
  Write match;  ///< of its own module; may be null
  bool four, six;
};
const Protocol kProtocols[] = {
    {"tcp", ip_protocol::tcp, tcp, true, true},
    {"tcp", ip_protocol::tcp, tcp, true, true},
    {"udp", ip_protocol::udp, [](RandomRule& rule) { return two_ports(rule, "udp"); }, true, true},
    {"sctp", ip_protocol::sctp, sctp, true, true},
    {"udplite", ip_protocol::udp_lite, nullptr, true, true},
    {"icmp", ip_protocol::icmp, icmp, true, false},
    {"icmp", ip_protocol::icmp, icmp, true, false},
    {"ipv6-icmp", ip_protocol::icmpv6, icmp6, false, true},
    {"ipv6-icmp", ip_protocol::icmpv6, icmp6, false, true},
    {"esp", ip_protocol::esp, esp, true, true},
    {"ah", ip_protocol::ah, random_ah, true, false},
    {"gre", ip_protocol::gre, nullptr, true, true},
    {"253", 253, nullptr, true, true},
};

bool has_ports(std::uint8_t protocol) {
  return protocol == ip_protocol::tcp || protocol == ip_protocol::udp ||
         protocol == ip_protocol::sctp || protocol == ip_protocol::udp_lite;
}

std::string multiport(RandomRule& rule) {
  constexpr Words kWays[] = {"--sports", "--dports", "--ports"};
  constexpr Words kLists[] = {"80,53", "1000:1001", "0,65535,2000", "53,80,1000:2000", "1001"};
  std::string text = "-m multiport " + std::string(rule.perhaps_not());
  text += fmt::format("{} ", rule.random.of(kWays));
  return text + fmt::format("{} ", rule.random.of(kLists));
}

}  // namespace

std::string random_ah(RandomRule& rule) {
  constexpr Words kSpis[] = {"0", "0:100", "1:4294967295", "256"};
  std::string text = "-m ah ";
  if (!rule.six() || rule.random.one_in(2)) {
    text += rule.option("--ahspi", rule.random.of(kSpis));
  }
  if (rule.six() && rule.random.one_in(2)) {
    text += rule.option("--ahlen", 8 * (1 + rule.random.below(4)));
  }
  if (rule.six() && rule.random.one_in(3)) text += "--ahres ";
  return text;
}

std::string random_protocol(RandomRule& rule, std::uint8_t& protocol) {
  const Protocol* chosen = nullptr;
  do {
    chosen = &rule.random.of(kProtocols);
  } while (!(rule.six() ? chosen->six : chosen->four));
  if (rule.random.one_in(8)) return fmt::format("! -p {} ", chosen->name);
  protocol = chosen->number;
  std::string text = fmt::format("-p {} ", chosen->name);
  if (has_ports(protocol) && (chosen->match == nullptr || rule.random.one_in(4))) {
    return rule.random.one_in(4) ? text : text + multiport(rule);
  }
  if (chosen->match != nullptr && !rule.random.one_in(4)) text += chosen->match(rule);
  return text;
}

}  // namespace statewall
