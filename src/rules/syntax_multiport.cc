#include <algorithm>

#include "rules/syntax_groups.h"

// multiport: lists of ports.

namespace statewall::rules {
namespace {

constexpr std::size_t kMostPorts = 15;
constexpr std::uint8_t kProtocols[] = {6, 17, 33, 132, 136};  // those that have ports

std::size_t places(const Range<std::uint16_t>& ports) { return ports.low == ports.high ? 1 : 2; }

/// `80,443,1024:2048`
bool read_list(Argument& argument, MultiportMatch& match) {
  std::string_view rest = argument.text();
  std::size_t used = 0;
  for (bool more = true; more;) {
    more = rest.find(',') != rest.npos;
    const std::string_view part = split_off(rest, ',');
    std::string_view second = part;
    const bool two = part.find(':') != part.npos;
    const auto low = read_port(argument, split_off(second, ':'));
    if (!low) return false;
    const auto high = two ? read_port(argument, second) : low;
    if (!high) return false;
    if (two && *low >= *high) {
      return argument.fail_at(part, "the first port must be less than the second");
    }
    match.ports.push_back({*low, *high, false});
    used += places(match.ports.back());
    if (used > kMostPorts) return argument.fail_at(part, "more than 15 ports; a range is two");
  }
  match.inverted = argument.inverted();
  return true;
}

template <MultiportMatch::Which which>
bool read_ports_of(Argument& argument, MultiportMatch& match) {
  match.which = which;
  return read_list(argument, match);
}

std::string check(const Surroundings& around, Match&) {
  const bool has_ports = std::ranges::find(kProtocols, around.protocol) != std::end(kProtocols);
  if (has_ports && !around.protocol_inverted) return {};
  return "'multiport' needs '-p' with tcp, udp, udplite, sctp or dccp";
}

void print(RuleWriter& out, const MultiportMatch& match) {
  constexpr std::string_view names[] = {"sports", "dports", "ports"};
  out.option(names[static_cast<int>(match.which)], match.inverted);
  const char* separator = " ";
  for (const Range<std::uint16_t>& ports : match.ports) {
    out.text() += separator;
    append_number(out.text(), ports.low);
    if (ports.low != ports.high) {
      out.text() += ':';
      append_number(out.text(), ports.high);
    }
    separator = ",";
  }
}

using Which = MultiportMatch::Which;
template <Which which>
constexpr auto kList = of_match<MultiportMatch, read_ports_of<which>>;
constexpr std::uint8_t kNot = MatchOption::kNot;

constexpr MatchOption kOptions[] = {
    {"source-ports", 1, kNot, kList<Which::source>, 6},
    {"sports", 1, kNot, kList<Which::source>, 6},
    {"destination-ports", 2, kNot, kList<Which::destination>, 5},
    {"dports", 2, kNot, kList<Which::destination>, 5},
    {"ports", 4, kNot, kList<Which::either>, 3},
};

constexpr MatchSyntax kMatches[] = {
    {.name = "multiport",
     .kind = kIndexIn<MultiportMatch, Match>,
     .make = make<MultiportMatch, Match>,
     .options = kOptions,
     .print = prints_match<MultiportMatch, print>,
     .any_of = 7,
     .finish = check},
};

}  // namespace

std::span<const MatchSyntax> multiport_matches() { return kMatches; }

}  // namespace statewall::rules
