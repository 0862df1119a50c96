#include "rules/syntax_groups.h"

// The byte that asks for a kind of service: tos, dscp, TOS and DSCP.

namespace statewall::rules {
namespace {

// RFC 1349. A name leaves out the two bits that are ECN's now.
constexpr NamedNumber kServices[] = {
    {"Minimize-Delay", 0x10}, {"Maximize-Throughput", 0x08}, {"Maximize-Reliability", 0x04},
    {"Minimize-Cost", 0x02},  {"Normal-Service", 0x00},
};
constexpr std::uint8_t kServiceMask = 0x3f;

// RFC 2474, RFC 2597, RFC 3246.
constexpr NamedNumber kClasses[] = {
    {"CS0", 0x00},  {"CS1", 0x08},  {"CS2", 0x10},  {"CS3", 0x18},  {"CS4", 0x20},  {"CS5", 0x28},
    {"CS6", 0x30},  {"CS7", 0x38},  {"BE", 0x00},   {"AF11", 0x0a}, {"AF12", 0x0c}, {"AF13", 0x0e},
    {"AF21", 0x12}, {"AF22", 0x14}, {"AF23", 0x16}, {"AF31", 0x1a}, {"AF32", 0x1c}, {"AF33", 0x1e},
    {"AF41", 0x22}, {"AF42", 0x24}, {"AF43", 0x26}, {"EF", 0x2e},
};

struct ValueAndMask {
  std::uint8_t value = 0, mask = 0xff;
};

/// A name, VALUE or VALUE/MASK.
std::optional<ValueAndMask> read_value(Argument& argument) {
  std::string_view rest = argument.text();
  const bool digit = !rest.empty() && '0' <= rest[0] && rest[0] <= '9';
  if (!digit) {
    const auto* row = find_named(kServices, rest);
    if (row) return ValueAndMask{static_cast<std::uint8_t>(row->number), kServiceMask};
    argument.fail_unknown("type of service", rest, names_of(kServices));
    return {};
  }
  const bool has_mask = rest.find('/') != rest.npos;
  const auto value = read_number(argument, split_off(rest, '/'), "a number", 0, 255);
  if (!value) return {};
  const auto mask =
      has_mask ? read_number(argument, rest, "a mask", 0, 255) : std::optional<std::uint64_t>(255);
  if (!mask) return {};
  return ValueAndMask{static_cast<std::uint8_t>(*value), static_cast<std::uint8_t>(*mask)};
}

bool read_tos(Argument& argument, TosMatch& match) {
  const auto read = read_value(argument);
  if (read) match = {read->value, read->mask, argument.inverted()};
  return read.has_value();
}

void print_value_and_mask(RuleWriter& out, std::uint8_t value, std::uint8_t mask) {
  out.byte(value).text() += mask < 16 ? "/0x0" : "/0x";
  append_number(out.text(), mask, 16);
}

void print_tos(RuleWriter& out, const TosMatch& match) {
  out.option("tos", match.inverted);
  print_value_and_mask(out, match.value, match.mask);
}

bool read_class_value(Argument& argument, std::uint8_t& value) {
  const auto* row = find_named(kClasses, argument.text());
  if (!row) return argument.fail_unknown("DSCP class", argument.text(), names_of(kClasses));
  value = static_cast<std::uint8_t>(row->number);
  return true;
}

bool read_dscp(Argument& argument, DscpMatch& match) {
  match.inverted = argument.inverted();
  return read_number_into<0, 63>(argument, match.value);
}

bool read_dscp_class(Argument& argument, DscpMatch& match) {
  match.inverted = argument.inverted();
  return read_class_value(argument, match.value);
}

void print_dscp(RuleWriter& out, const DscpMatch& match) {
  out.option("dscp", match.inverted).byte(match.value);
}

bool read_set_tos(Argument& argument, TosTarget& target) {
  const auto read = read_value(argument);
  if (read) target = {read->value, read->mask};
  return read.has_value();
}

enum class Bits { and_tos, or_tos, xor_tos };

template <Bits bits>
bool read_bits_of_tos(Argument& argument, TosTarget& target) {
  std::uint8_t value = 0;
  if (!read_number_into<0, 255>(argument, value)) return false;
  switch (bits) {
    case Bits::and_tos: target = {0, static_cast<std::uint8_t>(~value)}; break;
    case Bits::or_tos: target = {value, value}; break;
    case Bits::xor_tos: target = {value, 0}; break;
  }
  return true;
}

void print_set_tos(RuleWriter& out, const TosTarget& target) {
  out.option("set-tos");
  print_value_and_mask(out, target.value, target.mask);
}

void print_set_dscp(RuleWriter& out, const DscpTarget& target) {
  out.option("set-dscp").byte(target.value);
}

constexpr std::uint8_t kNot = MatchOption::kNot;
constexpr MatchOption kTosOptions[] = {{"tos", 1, kNot, of_match<TosMatch, read_tos>}};
constexpr MatchOption kDscpOptions[] = {
    {"dscp", 1, kNot, of_match<DscpMatch, read_dscp>, 2},
    {"dscp-class", 2, kNot, of_match<DscpMatch, read_dscp_class>, 1},
};
constexpr MatchSyntax kMatches[] = {
    {.name = "tos",
     .kind = kIndexIn<TosMatch, Match>,
     .make = make<TosMatch, Match>,
     .options = kTosOptions,
     .print = prints_match<TosMatch, print_tos>,
     .required = 1},
    {.name = "dscp",
     .kind = kIndexIn<DscpMatch, Match>,
     .make = make<DscpMatch, Match>,
     .options = kDscpOptions,
     .print = prints_match<DscpMatch, print_dscp>,
     .any_of = 3},
};

template <Bits bits>
constexpr auto kBits = of_target<TosTarget, read_bits_of_tos<bits>>;
constexpr TargetOption kSetTosOptions[] = {
    {"set-tos", 1, 0, of_target<TosTarget, read_set_tos>, 14},
    {"and-tos", 2, 0, kBits<Bits::and_tos>, 13},
    {"or-tos", 4, 0, kBits<Bits::or_tos>, 11},
    {"xor-tos", 8, 0, kBits<Bits::xor_tos>, 7},
};
constexpr TargetOption kSetDscpOptions[] = {
    {"set-dscp", 1, 0, into_target<&DscpTarget::value, read_number_into<0, 63, std::uint8_t>>, 2},
    {"set-dscp-class", 2, 0, into_target<&DscpTarget::value, read_class_value>, 1},
};
constexpr TargetSyntax kTargets[] = {
    {.name = "TOS",
     .kind = kIndexIn<TosTarget, Target>,
     .make = make<TosTarget, Target>,
     .options = kSetTosOptions,
     .print = prints_target<TosTarget, print_set_tos>,
     .any_of = 15,
     .tables = bit(TableKind::mangle)},
    {.name = "DSCP",
     .kind = kIndexIn<DscpTarget, Target>,
     .make = make<DscpTarget, Target>,
     .options = kSetDscpOptions,
     .print = prints_target<DscpTarget, print_set_dscp>,
     .any_of = 3,
     .tables = bit(TableKind::mangle)},
};

}  // namespace

std::span<const MatchSyntax> tos_matches() { return kMatches; }

std::span<const TargetSyntax> tos_targets() { return kTargets; }

}  // namespace statewall::rules
