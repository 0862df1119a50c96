#include <array>
#include <span>
#include <string_view>

#include "traffic/random_rule.h"

namespace statewall {
namespace {

using Table = RulePlaceWords::Table;
using Words = std::string_view;
using Write = std::string (*)(RandomRule&);

constexpr Words kOddMask4 = "10.0.0.0/255.0.0.1", kOddMask6 = "fd00::2/ff00::f";
constexpr Words kHosts4[] = {"10.0.0.2",       "10.0.0.3",    "192.168.1.6", "10.0.1.10",
                             "10.0.0.0/24",    "10.0.0.0/8",  "0.0.0.0/0",   kOddMask4,
                             "192.168.0.0/16", "224.0.0.0/4", "10.0.1.0/24"};
constexpr Words kHosts6[] = {"fd00:1::2", "fd00:2::2",     "2001:db8::a", "fe80::1", "fd00:1::/64",
                             "fd00::/8",  "2001:db8::/32", "::/0",        kOddMask6, "ff00::/8"};
constexpr Words kInterfaces[] = {"lan", "dmz", "wan", "l+", "+", "eth0"};

/// "[!] OPTION HOST "; nobody is not in all.
std::string host_option(RandomRule& rule, Words name) {
  Words value = rule.six() ? rule.random.of(kHosts6) : rule.random.of(kHosts4);
  // iptables 1.8.9 takes no mask but a prefix in conditions on an entry.
  const bool odd = value == kOddMask4 || value == kOddMask6;
  if (name.starts_with("--ct") && odd) value = rule.six() ? "fd00::/8" : "10.0.0.0/8";
  return value.ends_with("/0") ? fmt::format("{} {} ", name, value) : rule.option(name, value);
}

std::string state(RandomRule& rule) {
  constexpr Words kStates[] = {"NEW",       "ESTABLISHED", "RELATED,ESTABLISHED", "INVALID",
                               "UNTRACKED", "RELATED",     "NEW,INVALID",         "ESTABLISHED"};
  if (rule.random.one_in(3))
    return "-m state --state " + std::string(rule.random.of(kStates)) + " ";
  return "-m conntrack " + rule.option("--ctstate", rule.random.of(kStates));
}

std::string entry_condition(RandomRule& rule) {
  constexpr Words kStatuses[] = {"NONE",    "EXPECTED",  "SEEN_REPLY",
                                 "ASSURED", "CONFIRMED", "SEEN_REPLY,ASSURED"};
  constexpr Words kProtocolNames[] = {"6", "17", "1", "58", "132", "udp"};
  constexpr Words kPortOptions[] = {"--ctorigsrcport", "--ctorigdstport", "--ctreplsrcport",
                                    "--ctrepldstport"};
  constexpr Words kAddressOptions[] = {"--ctorigsrc", "--ctorigdst", "--ctreplsrc", "--ctrepldst"};
  switch (rule.random.below(5)) {
    case 0: return rule.option("--ctstatus", rule.random.of(kStatuses));
    case 1: return rule.option("--ctproto", rule.random.of(kProtocolNames));
    case 2: {
      const Words name = rule.random.of(kPortOptions);
      return rule.option(name, rule.random.one_in(2) ? "1000:2000" : "53");
    }
    case 3: {
      const Words name = rule.random.of(kAddressOptions);
      return host_option(rule, name);
    }
    default: return rule.random.one_in(2) ? "--ctdir ORIGINAL " : "--ctdir REPLY ";
  }
}

/// Several conditions of one module: each option once.
std::string conntrack(RandomRule& rule) {
  constexpr Words kStates[] = {"INVALID", "NEW,ESTABLISHED,RELATED", "UNTRACKED", "ESTABLISHED"};
  std::string text = "-m conntrack ";
  if (rule.random.one_in(6)) {
    // How long a first packet's entry lasts a kernel cannot tell yet.
    const Words seconds = rule.random.one_in(2) ? "0" : "1:4294967295";
    return text + "--ctstate ESTABLISHED " + rule.option("--ctexpire", seconds);
  }
  if (rule.random.one_in(3)) text += rule.option("--ctstate", rule.random.of(kStates));
  for (std::uint32_t i = 1 + rule.random.below(2); i > 0; --i) {
    const std::string more = entry_condition(rule);
    const std::size_t dashes = more.find("--");
    const std::string name = more.substr(dashes, more.find(' ', dashes) - dashes);
    if (text.find(name + " ") == text.npos) text += more;
  }
  return text;
}

std::string mark(RandomRule& rule, Words module) {
  constexpr Words kValues[] = {"0x0", "0x1", "0x2", "0x10/0xf0", "0x1/0x1", "0x3/0xff"};
  return fmt::format("-m {} ", module) + rule.option("--mark", rule.random.of(kValues));
}

std::string iprange(RandomRule& rule) {
  constexpr Words kRanges4[] = {"10.0.0.2-10.0.0.3", "10.0.0.0-10.0.1.255",
                                "192.168.1.6-192.168.1.6", "0.0.0.0-10.0.0.2"};
  constexpr Words kRanges6[] = {"fd00:1::-fd00:1::ff", "fd00:2::2-fd00:2::2", "::-fd00:1::2"};
  std::string text = "-m iprange ";
  const std::uint32_t which = rule.random.below(3);
  const auto range = [&] {
    return rule.six() ? rule.random.of(kRanges6) : rule.random.of(kRanges4);
  };
  if (which != 1) text += rule.option("--src-range", range());
  if (which != 0) text += rule.option("--dst-range", range());
  return text;
}

std::string addrtype(RandomRule& rule) {
  // IPv6 knows no broadcast.
  constexpr Words kTypes4[] = {"LOCAL",     "UNICAST",         "BROADCAST",
                               "MULTICAST", "LOCAL,BROADCAST", "UNICAST,MULTICAST"};
  constexpr Words kTypes6[] = {"LOCAL", "UNICAST", "MULTICAST", "UNICAST,MULTICAST"};
  std::string text = "-m addrtype ";
  const std::uint32_t which = rule.random.below(3);
  const auto type = [&] { return rule.six() ? rule.random.of(kTypes6) : rule.random.of(kTypes4); };
  if (which != 1) text += rule.option("--src-type", type());
  if (which != 0) text += rule.option("--dst-type", type());
  return text;
}

std::string length(RandomRule& rule) {
  constexpr Words kLengths[] = {"40", "28:60", "0:84", "100:1500", "1280:", ":40", "0"};
  return "-m length " + rule.option("--length", rule.random.of(kLengths));
}

std::string ttl(RandomRule& rule) {
  constexpr Words kWays[] = {"eq", "lt", "gt"};
  constexpr std::uint32_t kValues[] = {63, 64, 255, 254, 128, 60};
  const Words name = rule.six() ? "hl" : "ttl";
  const Words way = rule.random.of(kWays);
  const std::string whole = fmt::format("--{}-{}", name, way);
  const std::string text = fmt::format("-m {} ", name);
  const std::uint32_t value = rule.random.of(kValues);
  if (way != "eq") return text + fmt::format("{} {} ", whole, value);
  return text + rule.option(whole, value);
}

std::string tos(RandomRule& rule) {
  constexpr Words kValues[] = {"0x00", "0x10", "0x10/0x3f", "0x00/0x03", "0xc0/0xe0"};
  return "-m tos " + rule.option("--tos", rule.random.of(kValues));
}

std::string dscp(RandomRule& rule) {
  constexpr Words kClasses[] = {"BE", "EF", "AF11", "CS6"};
  if (rule.random.one_in(2)) {
    return "-m dscp " + rule.option("--dscp-class", rule.random.of(kClasses));
  }
  return "-m dscp " + rule.option("--dscp", rule.random.below(2) * 4);
}

std::string mac(RandomRule& rule) {
  constexpr Words kSources[] = {"02:00:0a:00:00:02", "02:00:c0:a8:01:06", "02:00:00:00:00:02"};
  return "-m mac " + rule.option("--mac-source", rule.random.of(kSources));
}

std::string pkttype(RandomRule& rule) {
  constexpr Words kTypes[] = {"unicast", "broadcast", "multicast"};
  return "-m pkttype " + rule.option("--pkt-type", rule.random.of(kTypes));
}

// A burst that is spent comes back within days.
std::string limit(RandomRule& rule) {
  return fmt::format("-m limit --limit 1/day --limit-burst {} ", 1 + rule.random.below(4));
}

std::string hashlimit(RandomRule& rule) {
  constexpr Words kModes[] = {"srcip", "dstip", "srcip,dstip", "srcip,dstport", "srcport"};
  const Words mode = rule.random.of(kModes);
  const Words way = rule.random.one_in(2) ? "upto" : "above";
  return fmt::format(
      "-m hashlimit --hashlimit-{} 1/hour --hashlimit-burst {} --hashlimit-mode {} "
      "--hashlimit-htable-expire 1000000 --hashlimit-name h{} ",
      way, 1 + rule.random.below(4), mode, rule.number);
}

std::string recent(RandomRule& rule) {
  constexpr Words kSides[] = {"--rsource", "--rdest"};
  const Words side = rule.random.of(kSides);
  const std::string who = fmt::format("--name n{} {} ", rule.random.below(2), side);
  switch (rule.random.below(5)) {
    case 0:
    case 1: return "-m recent --set " + who;
    case 2: return fmt::format("-m recent {}--remove {}", rule.perhaps_not(), who);
    default: {
      const Words what = rule.random.one_in(2) ? "--rcheck" : "--update";
      std::string text = fmt::format("-m recent {}{} ", rule.perhaps_not(), what);
      if (rule.random.one_in(3)) text += "--seconds 3600 ";
      if (rule.random.one_in(2)) text += fmt::format("--hitcount {} ", 1 + rule.random.below(5));
      if (rule.random.one_in(4)) text += "--rttl ";
      return text + who;
    }
  }
}

std::string statistic(RandomRule& rule) {
  const std::uint32_t every = 1 + rule.random.below(5);
  const std::uint32_t packet = rule.random.below(every);
  return fmt::format("-m statistic --mode nth {}--every {} --packet {} ", rule.perhaps_not(), every,
                     packet);
}

std::string time(RandomRule& rule) {
  // Either side of any moment at which this is run.
  constexpr Words kTimes[] = {"--datestart 2020-01-01", "--datestop 2020-01-01",
                              "--datestart 2020-01-01T00:00:00 --datestop 2037-01-01T00:00:00",
                              "--timestart 00:00 --timestop 23:59:59",
                              "--weekdays Mon,Tue,Wed,Thu,Fri,Sat,Sun"};
  return fmt::format("-m time {} ", rule.random.of(kTimes));
}

std::string frag(RandomRule& rule) {
  constexpr Words kWays[] = {"--fragfirst ", "--fragmore ", "--fraglast ", "--fragres ", ""};
  std::string text = "-m frag ";
  if (rule.random.one_in(2)) text += rule.option("--fragid", "0:4294967295");
  text += rule.random.of(kWays);
  return text == "-m frag " ? text + "--fragid 0 " : text;
}

std::string rt(RandomRule& rule) {
  std::string text = "-m rt ";
  if (rule.random.one_in(2)) text += rule.option("--rt-type", 2 * rule.random.below(3));
  if (rule.random.one_in(2)) text += rule.option("--rt-segsleft", "0:1");
  if (rule.random.one_in(2) || text == "-m rt ") {
    text += rule.option("--rt-len", 8 * (1 + rule.random.below(3)));
  }
  return text;
}

std::string options_header(RandomRule& rule) {
  constexpr Words kOptions[] = {"1", "1:4", "1:12", "0", "5:2", "1:20"};
  const Words name = rule.random.one_in(2) ? "hbh" : "dst";
  std::string text = fmt::format("-m {} ", name);
  const std::uint32_t which = rule.random.below(3);
  if (which != 1) {
    text += rule.option(fmt::format("--{}-len", name), 8 * (1 + rule.random.below(3)));
  }
  if (which != 0) text += fmt::format("--{}-opts {} ", name, rule.random.of(kOptions));
  return text;
}

bool anywhere(const RulePlaceWords&) { return true; }
bool tracked(const RulePlaceWords& place) { return place.table != Table::raw; }
bool sees_frame(const RulePlaceWords& place) { return place.built_in && place.comes_in; }
bool ipv6(const RulePlaceWords& place) { return place.family == Family::ipv6; }

struct Module {
  std::uint32_t weight;
  bool (*fits)(const RulePlaceWords&);
  Write write;
};
const Module kModules[] = {
    {16, anywhere, state},
    {10, tracked, conntrack},
    {6, anywhere, [](RandomRule& rule) { return mark(rule, "mark"); }},
    {5, tracked, [](RandomRule& rule) { return mark(rule, "connmark"); }},
    {1, anywhere,
     [](RandomRule& rule) {
       return fmt::format("-m comment --comment \"rule {}\" ", rule.number);
     }},
    {4, anywhere, iprange},
    {5, anywhere, addrtype},
    {4, anywhere, length},
    {4, anywhere, ttl},
    {4, anywhere, tos},
    {4, anywhere, dscp},
    {3, sees_frame, mac},
    {3, anywhere, pkttype},
    {2, anywhere, limit},
    {2, anywhere, hashlimit},
    {4, anywhere, recent},
    {4, anywhere, statistic},
    {2, anywhere, time},
    {2, ipv6, frag},
    {2, ipv6, rt},
    {3, ipv6, options_header},
    {1, ipv6, random_ah},
};

std::string module_words(RandomRule& rule, const std::string& before) {
  std::array<std::uint32_t, std::size(kModules)> weights{};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = kModules[i].fits(rule.place) ? kModules[i].weight : 0;
  }
  const std::string words = kModules[rule.random.weighted(weights)].write(rule);
  const std::size_t name = words.find(' ', 3);
  return before.find(words.substr(0, name)) == before.npos ? words : std::string();
}

}  // namespace

std::string random_matches(Random& random, const RulePlaceWords& place, std::uint32_t number,
                           std::uint8_t& protocol) {
  RandomRule rule{random, place, number};
  std::string text;
  if (random.one_in(4)) text += host_option(rule, "-s");
  if (random.one_in(4)) text += host_option(rule, "-d");
  if (place.comes_in && random.one_in(5)) text += rule.option("-i", random.of(kInterfaces));
  if (place.goes_out && random.one_in(5)) text += rule.option("-o", random.of(kInterfaces));
  protocol = 0;
  if (random.one_in(2)) text += random_protocol(rule, protocol);
  if (!rule.six() && random.one_in(12)) text += fmt::format("{}-f ", rule.perhaps_not());
  const std::uint32_t modules = random.below(3);
  for (std::uint32_t i = 0; i < modules; ++i) text += module_words(rule, text);
  return text;
}

}  // namespace statewall
