#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "firewall/firewall.h"
#include "rules/testing.h"

// For tests of the firewall: a router of two networks, 192.168.1.0/24 (lan) and 10.0.0.0/24 (wan),
// whose own addresses are .1 in each. kA is a host of lan, kB one of wan.

namespace statewall::testing {

inline const Address kLan = Address::ipv4(0xc0a80101), kWan = Address::ipv4(0x0a000001);

/// A UDP datagram, a TCP segment, an ICMP message between any two.
inline Octets datagram(const Address& from, const Address& to, std::uint16_t source_port = 1000,
                       std::uint16_t destination_port = 2000, const Octets& payload = {}) {
  return ipv4({.source = from, .destination = to, .protocol = protocol::udp}, built([&](auto out) {
                return build_udp(out, from, to, source_port, destination_port, payload);
              }));
}
inline Octets segment(const Address& from, const Address& to, const TcpFields& fields,
                      const Octets& payload = {}) {
  return ipv4({.source = from, .destination = to, .protocol = protocol::tcp},
              built([&](auto out) { return build_tcp(out, from, to, fields, payload); }));
}
inline Octets message(const Address& from, const Address& to, std::uint8_t type, std::uint8_t code,
                      std::uint32_t rest, const Octets& payload = {}) {
  return ipv4({.source = from, .destination = to, .protocol = protocol::icmp},
              icmp(type, code, rest, payload));
}
inline Octets ping(const Address& from, const Address& to,
                   std::uint32_t id_and_sequence = 0x70001) {
  return message(from, to, 8, 0, id_and_sequence);
}
inline Octets pong(const Address& from, const Address& to,
                   std::uint32_t id_and_sequence = 0x70001) {
  return message(from, to, 0, 0, id_and_sequence);
}

/// A firewall with its rules and a table, and what it told of the packet that it handled last.
class Gate final : public FirewallWitness {
 public:
  explicit Gate(std::string_view rules, const Profile& profile = linux_6(),
                std::string_view rules6 = "", bool skip_unsupported = false)
      : world(profile),
        rules_(ruleset(rules, Family::ipv4, skip_unsupported)),
        rules6_(ruleset(rules6, Family::ipv6, skip_unsupported)),
        firewall({.ipv4 = &rules_, .ipv6 = &rules6_, .topology = topology(), .seed = 1}) {}

  static rules::Topology topology() {
    rules::Topology topology;
    for (const char* local :
         {"192.168.1.1/24=lan", "10.0.0.1/24=wan", "fd00:1::1/64=lan", "fd00:2::1/64=wan"}) {
      topology.add(*rules::Topology::parse_local(local));
    }
    return topology;
  }

  /// An IP packet, in a frame behind `link_header` if that is given.
  Decision handle(const Octets& ip, double at = 0, const Octets& link_header = {},
                  bool local = false) {
    forget();
    bytes_ = link_header + ip;
    const LinkType link = link_header.empty() ? LinkType::raw : LinkType::ethernet;
    packet_ = read_frame(bytes_, link, bytes_.size());
    Lookup lookup;
    world.tracker().prepare({&packet_, 1}, {&lookup, 1});
    now_ = seconds(at);
    const Arrival arrival{.packet = packet_,
                          .bytes = bytes_,
                          .link = link,
                          .link_header = std::span(bytes_).first(link_header.size()),
                          .local = local};
    return firewall.handle(world.tracker(), arrival, lookup, now_, this);
  }
  Verdict verdict(const Octets& ip, double at = 0) { return handle(ip, at).verdict; }
  State state(const Octets& ip, double at = 0) { return handle(ip, at).observation.state; }

  /// What REJECT answered to it, as bytes.
  Octets answer() const {
    const auto bytes = firewall.answer();
    return {bytes.begin(), bytes.end()};
  }
  /// The way of that answer.
  Decision handle_answer() {
    forget();
    return firewall.handle_answer(world.tracker(), now_, this);
  }

  /// "filter FORWARD 2", "filter policy of FORWARD".
  std::string where(const Decision& decision) const {
    if (!decision.decided) return "nobody";
    const auto& rules = decision.family == Family::ipv6 ? rules6_ : rules_;
    const rules::Chain& chain = rules.table(decision.place.table)->chains[decision.place.chain];
    const std::string table(rules::name(decision.place.table));
    if (decision.place.rule == RulePlace::kPolicy) return table + " policy of " + chain.name;
    return table + " " + chain.name + " " + std::to_string(decision.place.rule + 1);
  }

  void visited(Family, rules::Hook hook, const RulePlace& place, int unmet) override {
    visits.push_back(std::string(rules::name(place.table)) + " " + std::string(rules::name(hook)));
    if (unmet == rules::unmet::kNone) met.push_back(visits.back());
  }
  void logged(const rules::LogTarget&, std::string_view line) override { logs.emplace_back(line); }
  void nflogged(const rules::NflogTarget& target) override { nflogs.push_back(target.prefix); }
  void would_translate(const rules::NatTarget&, std::string_view text) override {
    translations.emplace_back(text);
  }

  std::size_t connections() { return world.table().size(); }

  World world;

 private:
  void forget() {
    visits.clear();
    met.clear();
    logs.clear();
    nflogs.clear();
    translations.clear();
  }

  rules::Ruleset rules_, rules6_;
  Octets bytes_;
  Packet packet_;
  Nanoseconds now_ = 0;

 public:
  Firewall firewall;
  std::vector<std::string> visits, met;  ///< "raw PREROUTING": a rule was visited there; was met
  std::vector<std::string> logs, nflogs, translations;
};

/// A table with one rule, or a few.
inline std::string table(std::string_view name, std::string_view lines) {
  return "*" + std::string(name) + "\n" + std::string(lines) + "\nCOMMIT\n";
}
inline std::string filter(std::string_view lines) { return table("filter", lines); }

}  // namespace statewall::testing
