#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rules/suggest.h"
#include "statewall/result.h"

namespace statewall {

/// One word that an option takes, and what it means.
template <typename T>
struct Choice {
  std::string_view word;
  T value;
};

/// What `word` means to `option`. An Error lists the words, and suggests the nearest.
template <typename T, std::size_t N>
Result<T> choose(std::string option, std::string_view word, const Choice<T> (&choices)[N]) {
  std::vector<std::string_view> words;
  for (const Choice<T>& choice : choices) {
    if (choice.word == word) return choice.value;
    words.push_back(choice.word);
  }
  return Error{
      ErrorKind::usage, std::move(option),
      fmt::format("{} (values: {})", unknown_name("value", word, words), fmt::join(words, ", "))};
}

}  // namespace statewall
