#include <fmt/format.h>

#include <array>
#include <string_view>

#include "traffic/draft.h"
#include "traffic/random_rules.h"

namespace statewall {
namespace {

using Table = RulePlaceWords::Table;

constexpr std::string_view kRejects4[] = {"icmp-net-unreachable",  "icmp-host-unreachable",
                                          "icmp-port-unreachable", "icmp-proto-unreachable",
                                          "icmp-net-prohibited",   "icmp-host-prohibited",
                                          "icmp-admin-prohibited"};
constexpr std::string_view kRejects6[] = {"icmp6-no-route",         "icmp6-adm-prohibited",
                                          "icmp6-addr-unreachable", "icmp6-port-unreachable",
                                          "icmp6-policy-fail",      "icmp6-reject-route"};
constexpr std::string_view kMarks[] = {"0x1",      "0x2",      "0x10/0xf0",       "0x3/0x3",
                                       "0xff/0x0", "0x100000", "0xffffffff/0xff", "0x0"};
constexpr std::string_view kBits[] = {"0x1", "0xff", "0xfffffff0", "0x80000000"};

struct Rule {
  Random& random;
  const RulePlaceWords& place;
  std::uint32_t number;
  std::uint8_t protocol;

  bool six() const { return place.family == Family::ipv6; }
};

std::string reject(const Rule& rule) {
  if (rule.protocol == ip_protocol::tcp && rule.random.one_in(2)) {
    return "-j REJECT --reject-with tcp-reset";
  }
  if (rule.random.one_in(4)) return "-j REJECT";
  return fmt::format("-j REJECT --reject-with {}",
                     rule.six() ? rule.random.of(kRejects6) : rule.random.of(kRejects4));
}

std::string log(const Rule& rule) {
  // None that a console shows: that takes its time.
  constexpr std::string_view kLevels[] = {"4", "warning", "notice", "info", "6", "debug"};
  constexpr std::string_view kOptions[] = {" --log-tcp-sequence", " --log-tcp-options",
                                           " --log-ip-options", " --log-uid", " --log-macdecode"};
  std::string text = "-j LOG";
  if (!rule.random.one_in(6)) text += fmt::format(" --log-prefix \"r{}: \"", rule.number);
  if (rule.random.one_in(2)) text += fmt::format(" --log-level {}", rule.random.of(kLevels));
  for (const std::string_view option : kOptions) {
    if (rule.random.one_in(3)) text += option;
  }
  return text;
}

std::string nflog(const Rule& rule) {
  std::string text = fmt::format("-j NFLOG --nflog-group {}", kRandomNflogGroup);
  if (!rule.random.one_in(4)) text += fmt::format(" --nflog-prefix \"n{}\"", rule.number);
  return text;
}

std::string mark(const Rule& rule) {
  constexpr std::string_view kWays[] = {"--and-mark", "--or-mark", "--xor-mark"};
  if (rule.random.one_in(2)) {
    const std::string_view way = rule.random.of(kWays);
    return fmt::format("-j MARK {} {}", way, rule.random.of(kBits));
  }
  const std::string_view way = rule.random.one_in(2) ? "--set-mark" : "--set-xmark";
  return fmt::format("-j MARK {} {}", way, rule.random.of(kMarks));
}

std::string connmark(const Rule& rule) {
  constexpr std::string_view kBitWays[] = {"--and-mark", "--or-mark", "--xor-mark"};
  constexpr std::string_view kCopies[] = {
      "--save-mark", "--restore-mark", "--save-mark --nfmask 0xff --ctmask 0xf0f",
      "--restore-mark --nfmask 0xfff --ctmask 0xff", "--save-mark --mask 0xff"};
  switch (rule.random.below(4)) {
    case 0: {
      const std::string_view way = rule.random.of(kBitWays);
      return fmt::format("-j CONNMARK {} {}", way, rule.random.of(kBits));
    }
    case 1: return fmt::format("-j CONNMARK --set-mark {}", rule.random.of(kMarks));
    case 2: return fmt::format("-j CONNMARK --set-xmark {}", rule.random.of(kMarks));
    default: return fmt::format("-j CONNMARK {}", rule.random.of(kCopies));
  }
}

std::string ct(const Rule& rule) {
  constexpr std::string_view kTargets[] = {"-j NOTRACK", "-j CT --notrack", "-j CT --zone 1",
                                           "-j CT --zone 2", "-j CT --zone mark"};
  return std::string(rule.random.of(kTargets));
}

std::string ttl(const Rule& rule) {
  // One that is used up before the router looks at it is the router's own business.
  const std::string_view name = rule.six() ? "hl" : "ttl";
  const std::uint32_t least = rule.place.before_routing ? 60 : 0;
  switch (rule.random.below(3)) {
    case 0:
      return fmt::format("-j {0} --{1}-set {2}", rule.six() ? "HL" : "TTL", name,
                         least + rule.random.below(256 - least));
    case 1:
      return fmt::format("-j {0} --{1}-inc {2}", rule.six() ? "HL" : "TTL", name,
                         1 + rule.random.below(rule.place.before_routing ? 5 : 255));
    default:
      return fmt::format("-j {0} --{1}-dec {2}", rule.six() ? "HL" : "TTL", name,
                         1 + rule.random.below(rule.place.before_routing ? 2 : 255));
  }
}

std::string tos(const Rule& rule) {
  constexpr std::string_view kWays[] = {"--set-tos 0x10/0x3f", "--set-tos 0x10",
                                        "--set-tos 0xfc/0xff", "--and-tos 0xf0",
                                        "--or-tos 0x08",       "--xor-tos 0x18"};
  return fmt::format("-j TOS {}", rule.random.of(kWays));
}

std::string dscp(const Rule& rule) {
  constexpr std::string_view kClasses[] = {"EF", "AF11", "AF43", "CS0", "CS7", "BE"};
  if (rule.random.one_in(2)) {
    return fmt::format("-j DSCP --set-dscp-class {}", rule.random.of(kClasses));
  }
  return fmt::format("-j DSCP --set-dscp {}", rule.random.below(64));
}

struct Kind {
  std::uint32_t weight;
  unsigned tables;  ///< a bit each
  std::string (*write)(const Rule&);
};
constexpr unsigned kRaw = 1u << static_cast<unsigned>(Table::raw),
                   kMangle = 1u << static_cast<unsigned>(Table::mangle),
                   kFilter = 1u << static_cast<unsigned>(Table::filter),
                   kAny = kRaw | kMangle | kFilter;

const Kind kKinds[] = {
    {12, kAny, [](const Rule&) { return std::string("-j ACCEPT"); }},
    {4, kFilter, [](const Rule&) { return std::string("-j DROP"); }},
    {1, kRaw | kMangle, [](const Rule&) { return std::string("-j DROP"); }},
    {5, kAny, [](const Rule&) { return std::string("-j RETURN"); }},
    {3, kAny, [](const Rule&) { return std::string(); }},
    {14, kFilter, reject},
    {10, kAny, log},
    {5, kAny, nflog},
    {6, kAny, mark},
    {6, kMangle | kFilter, connmark},
    {14, kRaw, ct},
    {5, kMangle, ttl},
    {5, kMangle, tos},
    {5, kMangle, dscp},
};

}  // namespace

std::string random_target(Random& random, const RulePlaceWords& place, std::uint32_t number,
                          std::uint8_t protocol) {
  std::array<std::uint32_t, std::size(kKinds)> weights{};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const bool fits = (kKinds[i].tables >> static_cast<unsigned>(place.table) & 1) != 0;
    weights[i] = fits ? kKinds[i].weight : 0;
  }
  return kKinds[random.weighted(weights)].write(Rule{random, place, number, protocol});
}

}  // namespace statewall
