#include "rules/syntax_groups.h"

// esp and ah.

namespace statewall::rules {
namespace {

void print_spi(RuleWriter& out, std::string_view option, const Range<std::uint32_t>& spi) {
  if (spi != kAnySpi) out.option(option, spi.inverted).range(spi);
}

void print_esp(RuleWriter& out, const EspMatch& match) { print_spi(out, "espspi", match.spi); }

bool read_ah_length(Argument& argument, Range<std::uint32_t>& length) {
  length.inverted = argument.inverted();
  if (!read_number_into<0, 0xffffffff>(argument, length.low)) return false;
  length.high = length.low;
  return true;
}

void print_ah(RuleWriter& out, const AhMatch& match) {
  print_spi(out, "ahspi", match.spi);
  if (match.length != AhMatch{}.length)
    out.option("ahlen", match.length.inverted).range(match.length);
  if (match.reserved_zero) out.option("ahres");
}

constexpr auto kAnyRange = read_range_into<0xffffffff, std::uint32_t>;
constexpr std::uint8_t kNot = MatchOption::kNot;
constexpr MatchOption kEspOptions[] = {{"espspi", 1, kNot, into_match<&EspMatch::spi, kAnyRange>}};
constexpr MatchOption kAhOptions[] = {
    {"ahspi", 1, kNot, into_match<&AhMatch::spi, kAnyRange>},
    {"ahlen", 2, kNot, into_match<&AhMatch::length, read_ah_length>},
    {"ahres", 4, MatchOption::kAlone, into_match<&AhMatch::reserved_zero, read_flag>},
};

constexpr MatchSyntax kMatches[] = {
    {.name = "esp",
     .kind = kIndexIn<EspMatch, Match>,
     .make = make<EspMatch, Match>,
     .options = kEspOptions,
     .print = prints_match<EspMatch, print_esp>,
     .protocol = 50},
    {.name = "ah",
     .kind = kIndexIn<AhMatch, Match>,
     .make = make<AhMatch, Match>,
     .options = std::span(kAhOptions).first(1),
     .print = prints_match<AhMatch, print_ah>,
     .families = kIpv4,
     .protocol = 51},
    // To IPv6 it is a header among others, and no protocol.
    {.name = "ah",
     .kind = kIndexIn<AhMatch, Match>,
     .make = make<AhMatch, Match>,
     .options = kAhOptions,
     .print = prints_match<AhMatch, print_ah>,
     .families = kIpv6,
     .protocol = 51,
     .without_protocol = true},
};

}  // namespace

std::span<const MatchSyntax> ipsec_matches() { return kMatches; }

}  // namespace statewall::rules
