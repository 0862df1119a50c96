#include "rules/syntax_groups.h"

// length, and what says how far a packet may go: ttl, hl, TTL and HL.

namespace statewall::rules {
namespace {

void print_length(RuleWriter& out, const LengthMatch& match) {
  out.option("length", match.length.inverted).range(match.length);
}

bool read_equal(Argument& argument, TtlMatch& match) {
  match.how = argument.inverted() ? TtlMatch::How::not_equal : TtlMatch::How::equal;
  return read_number_into<0, 255>(argument, match.value);
}

template <TtlMatch::How how>
bool read_compared(Argument& argument, TtlMatch& match) {
  match.how = how;
  return read_number_into<0, 255>(argument, match.value);
}

void print_ttl(RuleWriter& out, const TtlMatch& match) {
  constexpr std::string_view names[][2] = {
      {"ttl-eq", "hl-eq"}, {"ttl-eq", "hl-eq"}, {"ttl-lt", "hl-lt"}, {"ttl-gt", "hl-gt"}};
  out.option(names[static_cast<int>(match.how)][out.family() == Family::ipv6],
             match.how == TtlMatch::How::not_equal)
      .number(match.value);
}

bool read_set(Argument& argument, TtlTarget& target) {
  target.how = TtlTarget::How::set;
  return read_number_into<0, 255>(argument, target.value);
}

template <TtlTarget::How how>
bool read_step(Argument& argument, TtlTarget& target) {
  target.how = how;
  return read_number_into<1, 255>(argument, target.value);
}

void print_set(RuleWriter& out, const TtlTarget& target) {
  constexpr std::string_view names[][2] = {
      {"ttl-set", "hl-set"}, {"ttl-inc", "hl-inc"}, {"ttl-dec", "hl-dec"}};
  out.option(names[static_cast<int>(target.how)][out.family() == Family::ipv6])
      .number(target.value);
}

constexpr std::uint8_t kNot = MatchOption::kNot;
constexpr MatchOption kLengthOptions[] = {
    {"length", 1, kNot, into_match<&LengthMatch::length, read_range_into<65535, std::uint16_t>>},
};

constexpr auto kEqual = of_match<TtlMatch, read_equal>;
constexpr auto kLess = of_match<TtlMatch, read_compared<TtlMatch::How::less>>;
constexpr auto kGreater = of_match<TtlMatch, read_compared<TtlMatch::How::greater>>;
constexpr MatchOption kTtlOptions[] = {{"ttl-eq", 1, kNot, kEqual, 6},
                                       {"ttl", 1, kNot, kEqual, 6},
                                       {"ttl-lt", 2, 0, kLess, 5},
                                       {"ttl-gt", 4, 0, kGreater, 3}};
constexpr MatchOption kHlOptions[] = {{"hl-eq", 1, kNot, kEqual, 6},
                                      {"hl", 1, kNot, kEqual, 6},
                                      {"hl-lt", 2, 0, kLess, 5},
                                      {"hl-gt", 4, 0, kGreater, 3}};

constexpr MatchSyntax kMatches[] = {
    {.name = "length",
     .kind = kIndexIn<LengthMatch, Match>,
     .make = make<LengthMatch, Match>,
     .options = kLengthOptions,
     .print = prints_match<LengthMatch, print_length>,
     .required = 1},
    {.name = "ttl",
     .kind = kIndexIn<TtlMatch, Match>,
     .make = make<TtlMatch, Match>,
     .options = kTtlOptions,
     .print = prints_match<TtlMatch, print_ttl>,
     .families = kIpv4,
     .any_of = 7},
    {.name = "hl",
     .kind = kIndexIn<TtlMatch, Match>,
     .make = make<TtlMatch, Match>,
     .options = kHlOptions,
     .print = prints_match<TtlMatch, print_ttl>,
     .families = kIpv6,
     .any_of = 7},
};

constexpr auto kSet = of_target<TtlTarget, read_set>;
constexpr auto kIncrease = of_target<TtlTarget, read_step<TtlTarget::How::increase>>;
constexpr auto kDecrease = of_target<TtlTarget, read_step<TtlTarget::How::decrease>>;
constexpr TargetOption kSetTtlOptions[] = {
    {"ttl-set", 1, 0, kSet, 6}, {"ttl-inc", 2, 0, kIncrease, 5}, {"ttl-dec", 4, 0, kDecrease, 3}};
constexpr TargetOption kSetHlOptions[] = {
    {"hl-set", 1, 0, kSet, 6}, {"hl-inc", 2, 0, kIncrease, 5}, {"hl-dec", 4, 0, kDecrease, 3}};

constexpr TargetSyntax kTargets[] = {
    {.name = "TTL",
     .kind = kIndexIn<TtlTarget, Target>,
     .make = make<TtlTarget, Target>,
     .options = kSetTtlOptions,
     .print = prints_target<TtlTarget, print_set>,
     .families = kIpv4,
     .any_of = 7,
     .tables = bit(TableKind::mangle)},
    {.name = "HL",
     .kind = kIndexIn<TtlTarget, Target>,
     .make = make<TtlTarget, Target>,
     .options = kSetHlOptions,
     .print = prints_target<TtlTarget, print_set>,
     .families = kIpv6,
     .any_of = 7,
     .tables = bit(TableKind::mangle)},
};

}  // namespace

std::span<const MatchSyntax> ttl_matches() { return kMatches; }

std::span<const TargetSyntax> ttl_targets() { return kTargets; }

}  // namespace statewall::rules
