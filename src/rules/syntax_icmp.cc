#include <algorithm>
#include <vector>

#include "rules/syntax_groups.h"
#include "rules/text.h"
#include "statewall/icmp.h"
#include "wire/icmpv6_names.h"

// icmp and icmp6: a type, or a type and a code.

namespace statewall::rules {
namespace {

struct TypeName {
  std::string_view name;
  std::uint8_t type;
  std::int16_t code = -1;  ///< -1: every code
};

std::vector<TypeName> names_of(Family family) {
  std::vector<TypeName> names;
  if (family == Family::ipv6) {
    for (const Icmpv6Name& row : icmpv6_names()) {
      if (row.in_iptables) names.push_back({row.name, row.type, row.code});
    }
    return names;
  }
  for (const IcmpName& row : icmp_names()) {
    for (const std::string_view name : {row.iptables, row.alias}) {
      if (!name.empty()) names.push_back({name, row.type, row.code});
    }
  }
  return names;
}

bool ambiguous(Argument& argument, const TypeName& one, const TypeName& other) {
  std::string message = "'";
  message.append(argument.text()).append("' may be '").append(one.name).append("' or '");
  return argument.fail(message.append(other.name).append("'"));
}

/// A name, or the beginning of one that no other has.
bool read_type_name(Argument& argument, IcmpMatch& icmp) {
  const std::vector<TypeName> names = names_of(argument.family());
  const auto begins = [&](const TypeName& row) { return begins_word(row.name, argument.text()); };
  const auto found = std::ranges::find_if(names, begins);
  if (found == names.end()) {
    std::vector<std::string_view> known;
    for (const TypeName& row : names) known.push_back(row.name);
    return argument.fail_unknown("ICMP type", argument.text(), known);
  }
  const auto second = std::find_if(found + 1, names.end(), begins);
  if (second != names.end()) return ambiguous(argument, *found, *second);
  icmp.type = found->type;
  if (found->code >= 0) {
    icmp.code_low = icmp.code_high = static_cast<std::uint8_t>(found->code);
  }
  return true;
}

/// `3`, `3/1`, `3/0:5`.
bool read_type_number(Argument& argument, IcmpMatch& icmp) {
  std::string_view codes = argument.text();
  const bool has_code = codes.find('/') != codes.npos;
  const auto type = read_number(argument, split_off(codes, '/'), "an ICMP type", 0, 255);
  if (!type) return false;
  icmp.type = static_cast<std::uint8_t>(*type);
  if (!has_code) return true;
  const bool two = codes.find(':') != codes.npos;
  const auto low = read_number(argument, split_off(codes, ':'), "an ICMP code", 0, 255);
  if (!low) return false;
  const auto high = two ? read_number(argument, codes, "an ICMP code", 0, 255) : low;
  if (!high) return false;
  icmp.code_low = static_cast<std::uint8_t>(*low);
  icmp.code_high = static_cast<std::uint8_t>(*high);
  return icmp.code_low <= icmp.code_high ||
         argument.fail("the first code is greater than the second");
}

bool read_type(Argument& argument, IcmpMatch& icmp) {
  const bool digit =
      !argument.text().empty() && '0' <= argument.text()[0] && argument.text()[0] <= '9';
  icmp = IcmpMatch{};
  icmp.inverted = argument.inverted();
  if (!(digit ? read_type_number(argument, icmp) : read_type_name(argument, icmp))) return false;
  // To the kernel's match of IPv4, 255 stands for every type and code.
  icmp.any = argument.family() == Family::ipv4 && icmp.type == 255;
  if (icmp.any) icmp = {.any = true, .inverted = icmp.inverted};
  return true;
}

void print_icmp(RuleWriter& out, const IcmpMatch& icmp) {
  out.option(out.family() == Family::ipv4 ? "icmp-type" : "icmpv6-type", icmp.inverted);
  if (icmp.any) {
    out.word("any");
    return;
  }
  out.number(icmp.type);
  if (icmp.code_low == 0 && icmp.code_high == 255) return;
  out.text() += '/';
  append_number(out.text(), icmp.code_low);
  if (icmp.code_low == icmp.code_high) return;
  out.text() += ':';
  append_number(out.text(), icmp.code_high);
}

constexpr auto kType = of_match<IcmpMatch, read_type>;
constexpr MatchOption kIcmpOptions[] = {{"icmp-type", 1, MatchOption::kNot, kType}};
constexpr MatchOption kIcmp6Options[] = {{"icmpv6-type", 1, MatchOption::kNot, kType}};

constexpr MatchSyntax icmp6(std::string_view name) {
  return {.name = name,
          .kind = kIndexIn<IcmpMatch, Match>,
          .make = make<IcmpMatch, Match>,
          .options = kIcmp6Options,
          .print = prints_match<IcmpMatch, print_icmp>,
          .families = kIpv6,
          .protocol = 58,
          .required = 1};
}

constexpr MatchSyntax kMatches[] = {
    {.name = "icmp",
     .kind = kIndexIn<IcmpMatch, Match>,
     .make = make<IcmpMatch, Match>,
     .options = kIcmpOptions,
     .print = prints_match<IcmpMatch, print_icmp>,
     .families = kIpv4,
     .protocol = 1,
     .required = 1},
    icmp6("icmp6"),
    icmp6("icmpv6"),
    icmp6("ipv6-icmp"),
};

}  // namespace

std::span<const MatchSyntax> icmp_matches() { return kMatches; }

}  // namespace statewall::rules
