#include "scenario/expectation.h"

#include <fmt/format.h>

#include <limits>
#include <string>
#include <vector>

namespace statewall {
namespace {

template <typename Enum>
constexpr std::uint64_t number(Enum value) {
  return static_cast<std::uint64_t>(value);
}

template <typename Enum>
std::string_view enumerator_name(std::uint64_t value) {
  return name(static_cast<Enum>(value));
}

std::string_view reason_slug(std::uint64_t value) { return slug(static_cast<Reason>(value)); }
std::string_view verdict_name(std::uint64_t value) { return value != 0 ? "ACCEPT" : "DROP"; }

constexpr ExpectationKey kKeys[] = {
    {"state", "a state", [](const Outcome& o) { return number(o.observation.state); },
     enumerator_name<State>, number(State::untracked) + 1},
    {"direction", "a direction", [](const Outcome& o) { return number(o.observation.direction); },
     enumerator_name<Direction>, number(Direction::reply) + 1},
    {"reason", "a reason", [](const Outcome& o) { return number(o.observation.reason); },
     reason_slug, number(Reason::count)},
    {"conn", "a connection", [](const Outcome& o) { return o.observation.connection.number; },
     nullptr, 0},
    {"about", "a connection", [](const Outcome& o) { return o.observation.related_to.number; },
     nullptr, 0},
    {"verdict", "a verdict", [](const Outcome& o) { return std::uint64_t{o.passed}; }, verdict_name,
     2},
};

std::vector<std::string_view> key_names() {
  std::vector<std::string_view> names;
  for (const ExpectationKey& key : kKeys) names.push_back(key.name);
  return names;
}

std::vector<std::string_view> value_words(const ExpectationKey& key) {
  std::vector<std::string_view> words;
  for (std::uint64_t value = 0; value < key.count; ++value) words.push_back(key.word(value));
  return words;
}

std::optional<std::uint64_t> parse_connection(Line& line) {
  if (line.peek().text == "none") {
    line.take();
    return 0;
  }
  return line.number("a connection", 1, std::numeric_limits<std::uint32_t>::max());
}

}  // namespace

std::span<const ExpectationKey> expectation_keys() { return kKeys; }

std::optional<Expectation> parse_expectation(Line& line) {
  const auto index = line.one_of("a key", key_names());
  if (!index) return {};
  const ExpectationKey& key = kKeys[*index];
  const std::optional<std::uint64_t> value =
      key.word == nullptr ? parse_connection(line) : line.one_of(key.value, value_words(key));
  if (!value) return {};
  return Expectation{&key, *value};
}

std::string value_text(const ExpectationKey& key, std::uint64_t value) {
  if (key.word != nullptr) return std::string(key.word(value));
  return value == 0 ? "none" : fmt::format("{}", value);
}

}  // namespace statewall
