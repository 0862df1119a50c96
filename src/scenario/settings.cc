#include "scenario/settings.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/profile_text.h"
#include "rules/loader.h"
#include "scenario/topology_parser.h"

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

// `unsupported skip`, or nothing. Nothing comes back after an error.
std::optional<bool> skips_unsupported(Line& line) {
  if (line.at_end()) return false;
  if (!line.literal("unsupported") || !line.literal("skip")) return {};
  return true;
}

// `rules FILE`, of one family.
bool load_rules(Line& line, std::optional<ScenarioRules>& out, bool& seen, Family family,
                ScenarioFiles* files) {
  const Word file = line.take();
  if (file.text.empty()) return line.fail_expected("a file of rules", file);
  if (seen) return line.fail(file, "a second ruleset of this family");
  seen = true;
  const auto skip = skips_unsupported(line);
  if (!skip) return false;
  if (files == nullptr) return line.fail(file, "no file is read here");
  const std::string path = files->path(file.text);
  auto text = ScenarioFiles::text(path);
  if (!text) return line.fail(file, text.error().text());
  rules::Loaded loaded = rules::load(*text, path, {family, *skip});
  for (Error& error : loaded.errors) line.fail(std::move(error));
  if (!loaded.ruleset) return false;
  out = ScenarioRules{path, std::move(*text), std::move(*loaded.ruleset)};
  return true;
}

bool rules4(Line& line, Scenario& scenario, SettingsSeen& seen) {
  return load_rules(line, scenario.rules, seen.rules, Family::ipv4, seen.files);
}

bool rules6(Line& line, Scenario& scenario, SettingsSeen& seen) {
  return load_rules(line, scenario.rules6, seen.rules6, Family::ipv6, seen.files);
}

struct Setting {
  std::string_view word;
  bool (*parse)(Line&, Scenario&, SettingsSeen&);
};
constexpr Setting kSettings[] = {{"profile", profile},
                                 {"set", set},
                                 {"topology", parse_topology},
                                 {"rules", rules4},
                                 {"rules6", rules6}};

}  // namespace

bool parse_setting(Line& line, Scenario& scenario, SettingsSeen& seen) {
  std::vector<std::string_view> words;
  for (const Setting& row : kSettings) words.push_back(row.word);
  const auto index = line.one_of("a statement", words);
  return index && kSettings[*index].parse(line, scenario, seen) && line.end();
}

}  // namespace statewall
