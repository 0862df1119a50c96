#include "scenario/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "report/profile_text.h"
#include "scenario/check_parser.h"

namespace statewall {
namespace {

bool profile(Line& line, Scenario& scenario, SettingsSeen& seen) {
  const Word word = line.peek();
  const auto index = line.one_of("a profile", profile_names());
  if (!index) return false;
  if (seen.profile) return line.fail(word, "a second profile");
  if (seen.set) return line.fail(word, "'profile' stands before the first 'set', or it undoes it");
  seen.profile = true;
  scenario.profile = profiles()[*index];
  return true;
}

bool set(Line& line, Scenario& scenario, SettingsSeen& seen) {
  const Word word = line.take();
  const std::size_t equals = word.text.find('=');
  if (equals == word.text.npos || word.quoted) return line.fail_expected("SWITCH=VALUE", word);
  const std::string_view name = word.text.substr(0, equals);
  const Word value{word.text.substr(equals + 1), word.column + static_cast<int>(equals) + 1, false};
  const Switch* row = find_switch(name);
  if (row == nullptr) {
    return line.fail(
        word, fmt::format("unknown switch {}{}", in_quotes(name), hint(name, switch_names())));
  }
  if (set_switch(scenario.profile, *row, value.text) != SwitchError::none) {
    return line.fail(value,
                     fmt::format("{} is not {}", in_quotes(value.text), switch_range_text(*row)));
  }
  seen.set = true;
  return true;
}

// What a side may be called: the name of an interface, and nothing that looks like another word of
// a packet's line.
bool good_name(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kOthers = "0123456789-_.";
  const bool known = std::ranges::all_of(name, [&](char c) {
    return kLetters.find(c) != kLetters.npos || kOthers.find(c) != kOthers.npos;
  });
  return known && !name.empty() && kLetters.find(name[0]) != kLetters.npos && !is_check_word(name);
}

// `NAME=ADDR/LEN`
std::optional<Topology::Side> router_side(std::string_view text) {
  const std::size_t equals = text.find('='), slash = text.find('/');
  if (equals == text.npos || slash == text.npos || slash < equals) return {};
  const auto address = parse_address(text.substr(equals + 1, slash - equals - 1));
  const auto length = parse_number(text.substr(slash + 1), 32);
  if (!address || !length || !good_name(text.substr(0, equals))) return {};
  return Topology::Side{std::string(text.substr(0, equals)), *address,
                        static_cast<std::uint8_t>(*length)};
}

std::optional<Topology::Side> bridge_side(std::string_view text) {
  if (!good_name(text)) return {};
  return Topology::Side{std::string(text), {}, 0};
}

struct TopologyKind {
  std::string_view word;
  Topology::Kind kind;
  std::string_view side;  // what each of the two sides looks like
  std::optional<Topology::Side> (*parse)(std::string_view);
};
constexpr TopologyKind kTopologies[] = {
    {"router", Topology::Kind::router, "a side like lan=192.168.1.1/24", router_side},
    {"bridge", Topology::Kind::bridge, "a side's name", bridge_side},
};

bool topology(Line& line, Scenario& scenario, SettingsSeen& seen) {
  std::vector<std::string_view> words;
  for (const TopologyKind& row : kTopologies) words.push_back(row.word);
  const Word word = line.peek();
  const auto index = line.one_of("a topology", words);
  seen.topology_wrong = true;
  if (!index) return false;
  if (scenario.topology.kind != Topology::Kind::none) return line.fail(word, "a second topology");
  const TopologyKind& row = kTopologies[*index];
  Topology read{row.kind, {}};
  for (Topology::Side& side : read.sides) {
    const Word at = line.take();
    const auto parsed = at.quoted ? std::nullopt : row.parse(at.text);
    if (!parsed) return line.fail_expected(row.side, at);
    if (&side != &read.sides[0] && parsed->name == read.sides[0].name) {
      return line.fail(at, fmt::format("both sides are called {}", in_quotes(parsed->name)));
    }
    side = *parsed;
  }
  scenario.topology = read;
  seen.topology_wrong = false;
  return true;
}

bool rules(Line& line, Scenario&, SettingsSeen&) {
  return line.fail(line.peek(), "rulesets are not supported yet");
}

struct Setting {
  std::string_view word;
  bool (*parse)(Line&, Scenario&, SettingsSeen&);
};
constexpr Setting kSettings[] = {
    {"profile", profile}, {"set", set}, {"topology", topology}, {"rules", rules}};

}  // namespace

bool parse_setting(Line& line, Scenario& scenario, SettingsSeen& seen) {
  std::vector<std::string_view> words;
  for (const Setting& row : kSettings) words.push_back(row.word);
  const auto index = line.one_of("a statement", words);
  return index && kSettings[*index].parse(line, scenario, seen) && line.end();
}

}  // namespace statewall
