#include <charconv>

#include "rules/syntax_groups.h"

// statistic: each nth packet, or some by chance.

namespace statewall::rules {
namespace {

using S = StatisticMatch;
constexpr std::uint32_t kMode = 1, kProbability = 2, kEvery = 4, kPacket = 8;
constexpr std::uint32_t kOne = 0x80000000;  // the probability of what always happens

bool read_mode(Argument& argument, bool& nth) {
  constexpr std::string_view names[] = {"random", "nth"};
  const auto mode = read_name(argument, argument.text(), "mode", names);
  if (mode) nth = *mode == 1;
  return mode.has_value();
}

/// From 0 to 1, to the nearest part of 2^31.
bool read_probability(Argument& argument, S& match) {
  const std::string_view text = argument.text();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc{} && end == text.data() + text.size();
  if (!good || !(value >= 0 && value <= 1)) {
    return argument.fail_expected("a probability (0 to 1)", text);
  }
  match.inverted = argument.inverted();
  match.probability = static_cast<std::uint32_t>(value * kOne + 0.5);
  return true;
}

bool read_every(Argument& argument, S& match) {
  match.inverted = argument.inverted();
  return read_number_into<1, 0xffffffff>(argument, match.every);
}

std::string finish(const Surroundings& around, Match& part) {
  const S& match = *std::get_if<S>(&part);
  if (!match.nth) {
    return around.given & kProbability ? "" : "mode random needs '--probability'";
  }
  if ((around.given & (kEvery | kPacket)) != (kEvery | kPacket)) {
    return "mode nth needs '--every' and '--packet'";
  }
  return match.packet < match.every ? "" : "'--packet' must be less than '--every'";
}

/// With eleven decimals, as C prints the number: exact, and halves to the even digit. A
/// probability is p / 2^31, and 10^11 is 5^11 * 2^11.
void print_probability(RuleWriter& out, std::uint32_t probability) {
  constexpr std::uint64_t five_to_11 = 48828125, decimals = 100000000000;
  constexpr unsigned shift = 31 - 11;
  const std::uint64_t exact = probability * five_to_11;
  std::uint64_t digits = exact >> shift;
  const std::uint64_t rest = exact & ((1u << shift) - 1), half = 1u << (shift - 1);
  if (rest > half || (rest == half && digits % 2 == 1)) ++digits;

  std::string fraction;
  append_number(fraction, digits % decimals);
  out.option("probability").number(digits / decimals).text() += '.';
  out.text().append(11 - fraction.size(), '0').append(fraction);
}

void print(RuleWriter& out, const S& match) {
  out.option("mode").word(match.nth ? "nth" : "random");
  if (match.nth) {
    out.option("every", match.inverted).number(match.every);
    out.option("packet").number(match.packet);
    return;
  }
  if (match.inverted) out.word("!");
  print_probability(out, match.probability);
}

constexpr std::uint8_t kNot = MatchOption::kNot;
constexpr MatchOption kOptions[] = {
    {"mode", kMode, 0, into_match<&S::nth, read_mode>},
    {"probability", kProbability, kNot, of_match<S, read_probability>, kEvery | kPacket},
    {"every", kEvery, kNot, of_match<S, read_every>, kProbability},
    {"packet", kPacket, 0, into_match<&S::packet, read_number_into<0, 0xffffffff, std::uint32_t>>,
     kProbability},
};

constexpr MatchSyntax kMatches[] = {
    {.name = "statistic",
     .kind = kIndexIn<S, Match>,
     .make = make<S, Match>,
     .options = kOptions,
     .print = prints_match<S, print>,
     .required = kMode,
     .finish = finish},
};

}  // namespace

std::span<const MatchSyntax> statistic_matches() { return kMatches; }

}  // namespace statewall::rules
