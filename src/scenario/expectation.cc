#include "scenario/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace statewall {
namespace {

// Names of the enumerators from 0 up to `last`.
template <typename Enum>
std::vector<std::string_view> names_up_to(Enum last) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) names.push_back(name(static_cast<Enum>(i)));
  return names;
}

std::vector<std::string_view> states() { return names_up_to(State::untracked); }
std::vector<std::string_view> directions() { return names_up_to(Direction::reply); }
std::vector<std::string_view> verdicts() { return names_up_to(Verdict::reject); }

std::vector<std::string_view> reasons() {
  std::vector<std::string_view> slugs;
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    slugs.push_back(slug(static_cast<Reason>(i)));
  }
  return slugs;
}

template <std::vector<std::string_view> (*words)()>
std::optional<std::string> take_word(Line& line, std::string_view what) {
  const std::vector<std::string_view> known = words();
  const auto index = line.one_of(what, known);
  if (!index) return {};
  return std::string(known[*index]);
}

std::optional<std::string> take_state(Line& line) { return take_word<states>(line, "a state"); }
std::optional<std::string> take_direction(Line& line) {
  return take_word<directions>(line, "a direction");
}
std::optional<std::string> take_reason(Line& line) { return take_word<reasons>(line, "a reason"); }
std::optional<std::string> take_verdict(Line& line) {
  return take_word<verdicts>(line, "a verdict");
}

constexpr std::string_view kNone = "none";

std::optional<std::string> take_connection(Line& line) {
  if (line.peek().text == kNone) {
    line.take();
    return std::string(kNone);
  }
  const auto number = line.number("a connection", 1, std::numeric_limits<std::uint32_t>::max());
  if (!number) return {};
  return fmt::format("{}", *number);
}

// `rule "filter FORWARD 3"`, `rule none`
std::optional<std::string> take_rule(Line& line) {
  const Word word = line.take();
  if (word.quoted && !word.text.empty()) return std::string(word.text);
  if (word.text == kNone && !word.quoted) return std::string(kNone);
  line.fail_expected("a rule in quotation marks, like \"filter FORWARD 3\", or none", word);
  return {};
}

std::optional<std::string> take_side(Line& line) {
  const Word word = line.take();
  if (!word.quoted && !word.text.empty()) return std::string(word.text);
  line.fail_expected("a side, or none", word);
  return {};
}

std::optional<std::string> take_mark(Line& line) {
  const auto mark = line.number("a mark", 0, std::numeric_limits<std::uint32_t>::max());
  if (!mark) return {};
  return fmt::format("{:#x}", *mark);
}

std::vector<std::string_view> yes_and_no() { return {"no", "yes"}; }
std::optional<std::string> take_uncertain(Line& line) {
  return take_word<yes_and_no>(line, "an answer");
}

std::string text(State state) { return std::string(name(state)); }
std::string text(Direction direction) { return std::string(name(direction)); }
std::string text(Reason reason) { return std::string(slug(reason)); }
std::string text(Verdict verdict) { return std::string(name(verdict)); }
std::string text(std::uint64_t connection) {
  return connection == 0 ? std::string(kNone) : fmt::format("{}", connection);
}
std::string text(std::uint32_t mark) { return fmt::format("{:#x}", mark); }
std::string text(bool uncertain) { return uncertain ? "yes" : "no"; }
std::string text(const std::string& words) { return words.empty() ? std::string(kNone) : words; }

// What a member of an outcome tells, as text.
template <auto member>
std::optional<std::string> told(const Outcome& outcome) {
  if (!(outcome.*member)) return {};
  return text(*(outcome.*member));
}

constexpr ExpectationKey kKeys[] = {
    {"state", take_state, told<&Outcome::state>, states},
    {"direction", take_direction, told<&Outcome::direction>, directions},
    {"reason", take_reason, told<&Outcome::reason>, reasons},
    {"conn", take_connection, told<&Outcome::connection>, nullptr},
    {"about", take_connection, told<&Outcome::about>, nullptr},
    {"verdict", take_verdict, told<&Outcome::verdict>, verdicts},
    {"rule", take_rule, told<&Outcome::rule>, nullptr},
    {"out", take_side, told<&Outcome::out>, nullptr},
    {"mark", take_mark, told<&Outcome::mark>, nullptr},
    {"uncertain", take_uncertain, told<&Outcome::uncertain>, yes_and_no},
};

}  // namespace

std::span<const ExpectationKey> expectation_keys() { return kKeys; }

std::optional<Expectation> parse_expectation(Line& line) {
  std::vector<std::string_view> names;
  for (const ExpectationKey& key : kKeys) names.push_back(key.name);
  const auto index = line.one_of("a key", names);
  if (!index) return {};
  const ExpectationKey& key = kKeys[*index];
  auto value = key.take(line);
  if (!value) return {};
  return Expectation{&key, std::move(*value)};
}

bool parse_expectations(Line& line, std::vector<Expectation>& expectations) {
  if (line.at_end()) return true;
  if (!line.literal("=>")) return false;
  do {
    const Word word = line.peek();
    auto expectation = parse_expectation(line);
    if (!expectation) return false;
    if (std::ranges::find(expectations, expectation->key, &Expectation::key) !=
        expectations.end()) {
      return line.fail(word, fmt::format("{} is expected twice", in_quotes(word.text)));
    }
    expectations.push_back(std::move(*expectation));
  } while (!line.at_end());
  return true;
}

}  // namespace statewall
