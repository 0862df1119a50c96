#include "rules/rate.h"

#include <algorithm>
#include <iterator>

namespace statewall::rules {
namespace {

struct Unit {
  std::string_view name;  ///< of which any beginning will do
  std::string_view printed;
  std::uint32_t seconds;
};
// Longest first.
constexpr Unit kUnits[] = {
    {"day", "day", 86400}, {"hour", "hour", 3600}, {"minute", "min", 60}, {"second", "sec", 1}};

}  // namespace

std::optional<Rate> read_rate(const Argument& argument, std::uint64_t scale) {
  std::string_view rest = argument.text();
  const bool has_unit = rest.find('/') != rest.npos;
  const std::string_view number = split_off(rest, '/');
  const auto unit = std::ranges::find_if(
      kUnits, [rest](const Unit& each) { return begins_word(each.name, rest); });
  const auto count = parse_decimal(number, 0x7fffffff);
  if (!count || *count == 0 || (has_unit && unit == std::end(kUnits))) {
    argument.fail_expected("a rate like 5/min", argument.text());
    return {};
  }
  const Rate rate{*count, has_unit ? unit->seconds : 1};
  if (rate.period(scale) != 0) return rate;
  argument.fail("the rate is too fast");
  return {};
}

std::uint32_t print_rate(RuleWriter& out, std::uint64_t period, std::uint64_t scale) {
  const Unit* best = std::begin(kUnits);
  for (const Unit* next = best + 1; next != std::end(kUnits); best = next++) {
    const std::uint64_t whole = next->seconds * scale;
    if (period > whole || whole / period < whole % period) break;
  }
  out.number(best->seconds * scale / period).text().append("/").append(best->printed);
  return best->seconds;
}

}  // namespace statewall::rules
