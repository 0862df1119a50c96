#include "rules/rate.h"
#include "rules/syntax_groups.h"

// How much may come: limit and connlimit.

namespace statewall::rules {
namespace {

constexpr std::uint32_t kLimitScale = 10000;  // periods a second

bool read_limit(Argument& argument, LimitMatch& match) {
  const auto rate = read_rate(argument, kLimitScale);
  if (rate) match.period = static_cast<std::uint32_t>(rate->period(kLimitScale));
  return rate.has_value();
}

/// A burst of nothing is the default, to the kernel.
bool read_burst(Argument& argument, std::uint32_t& burst) {
  if (!read_number_into<0, 10000>(argument, burst)) return false;
  if (burst == 0) burst = LimitMatch{}.burst;
  return true;
}

void print_limit(RuleWriter& out, const LimitMatch& match) {
  out.option("limit");
  print_rate(out, match.period, kLimitScale);
  if (match.burst != LimitMatch{}.burst) out.option("limit-burst").number(match.burst);
}

/// `--connlimit-upto`, and the other one inverted.
template <bool above>
bool read_connlimit(Argument& argument, ConnlimitMatch& match) {
  match.above = above != argument.inverted();
  return read_number_into<0, 0xffffffff>(argument, match.limit);
}

bool read_mask(Argument& argument, std::uint8_t& length) {
  const auto bits = read_prefix_length(argument, argument.text());
  if (bits) length = static_cast<std::uint8_t>(*bits);
  return bits.has_value();
}

template <bool by_destination>
bool read_side(Argument&, ConnlimitMatch& match) {
  match.by_destination = by_destination;
  return true;
}

void print_connlimit(RuleWriter& out, const ConnlimitMatch& match) {
  out.option(match.above ? "connlimit-above" : "connlimit-upto").number(match.limit);
  out.option("connlimit-mask").number(match.prefix_length);
  out.option(match.by_destination ? "connlimit-daddr" : "connlimit-saddr");
}

Match make_connlimit(Family family) {
  ConnlimitMatch match;
  match.prefix_length = static_cast<std::uint8_t>(address_bits(family));
  return match;
}

constexpr MatchOption kLimitOptions[] = {
    {"limit", 1, 0, of_match<LimitMatch, read_limit>},
    {"limit-burst", 2, 0, into_match<&LimitMatch::burst, read_burst>},
};

constexpr std::uint8_t kNot = MatchOption::kNot, kAlone = MatchOption::kAlone;
constexpr MatchOption kConnlimitOptions[] = {
    {"connlimit-upto", 1, kNot, of_match<ConnlimitMatch, read_connlimit<false>>, 2},
    {"connlimit-above", 2, kNot, of_match<ConnlimitMatch, read_connlimit<true>>, 1},
    {"connlimit-mask", 4, 0, into_match<&ConnlimitMatch::prefix_length, read_mask>},
    {"connlimit-saddr", 8, kAlone, of_match<ConnlimitMatch, read_side<false>>, 16},
    {"connlimit-daddr", 16, kAlone, of_match<ConnlimitMatch, read_side<true>>, 8},
};

constexpr MatchSyntax kMatches[] = {
    {.name = "limit",
     .kind = kIndexIn<LimitMatch, Match>,
     .make = make<LimitMatch, Match>,
     .options = kLimitOptions,
     .print = prints_match<LimitMatch, print_limit>},
    {.name = "connlimit",
     .kind = kIndexIn<ConnlimitMatch, Match>,
     .make = make_connlimit,
     .options = kConnlimitOptions,
     .print = prints_match<ConnlimitMatch, print_connlimit>,
     .any_of = 3},
};

}  // namespace

std::span<const MatchSyntax> rate_matches() { return kMatches; }

}  // namespace statewall::rules
