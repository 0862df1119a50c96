#include "rules/option_search.h"

#include <algorithm>
#include <vector>

#include "rules/suggest.h"

namespace statewall::rules {
namespace {

/// Calls `visit(name, found)` for each name of each option, in the order of precedence. Of several
/// names of an option the first stands for it.
template <typename Visit>
void each_option(std::span<const Extended> extended, Visit visit) {
  for (const RuleOption& option : rule_options()) {
    const auto first = std::ranges::find(rule_options(), option.letter, &RuleOption::letter);
    visit(option.name, FoundOption{&*first});
  }
  for (std::size_t i = extended.size(); i-- > 0;) {
    const auto all_of = [&](const auto& options) {
      std::size_t first = 0;
      for (std::size_t j = 0; j < options.size(); ++j) {
        if (options[j].id != options[first].id) first = j;
        visit(options[j].name, FoundOption{nullptr, i, first});
      }
    };
    if (extended[i].match) all_of(extended[i].match->options);
    if (extended[i].target) all_of(extended[i].target->options);
  }
}

OptionSearch find_letter(char letter) {
  const auto options = rule_options();
  const auto option = std::ranges::find(options, letter, &RuleOption::letter);
  if (option == options.end()) return {};
  return {FoundOption{&*option}, option->name, {}};
}

}  // namespace

Spelling::Spelling(const Word& written) : word(written), is_long(written.text.starts_with("--")) {
  const std::string_view text = word.text;
  const std::size_t end = is_long ? std::min(text.find('='), text.size()) : 2;
  name = is_long ? text.substr(2, end - 2) : text.substr(1, 1);
  const std::size_t begin = is_long ? end + 1 : end;
  if (begin > text.size() || (!is_long && begin == text.size())) return;
  const auto skipped = static_cast<std::uint32_t>(begin);
  value = Word{text.substr(begin), word.column + skipped,
               word.width - std::min(word.width, skipped), word.quoted};
}

OptionSearch find_option(const Spelling& spelling, std::span<const Extended> extended) {
  if (!spelling.is_long) return find_letter(spelling.name[0]);
  OptionSearch best;
  bool whole = false;
  each_option(extended, [&](std::string_view name, FoundOption option) {
    if (whole || spelling.name.empty() || !name.starts_with(spelling.name)) return;
    whole = name == spelling.name;
    if (whole) {
      best = {option, name, {}};
    } else if (!best.found) {
      best = {option, name, {}};
    } else if (best.other.empty() && *best.found != option) {
      best.other = name;
    }
  });
  return best;
}

std::string complain_about_option(const Spelling& spelling, std::span<const Extended> extended,
                                  Family family) {
  if (spelling.is_long) {
    if (const auto* owner = match_with_option(spelling.name, family)) {
      std::string message = in_quotes(spelling.word.text) + " is an option of the match ";
      message.append(in_quotes(owner->name)).append(", which must stand before it");
      return message;
    }
  }
  std::vector<std::string> names;
  each_option(extended, [&](std::string_view name, const FoundOption& option) {
    if (!option.general || !(option.general->flags & RuleOption::kForeign)) {
      names.push_back("--" + std::string(name));
    }
  });
  const std::vector<std::string_view> known(names.begin(), names.end());
  std::string word = spelling.is_long ? "--" : "-";
  word += spelling.name;
  return unknown("option", word, spelling.is_long ? std::span(known) : std::span(known).first(0));
}

}  // namespace statewall::rules
