#include "kernel/table_text.h"

#include <algorithm>
#include <charconv>

namespace statewall {
namespace {

/// Cuts the next word off; empty at the end.
std::string_view next_word(std::string_view& line) {
  constexpr std::string_view kSpace = " \t";
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(kSpace)));
  const std::string_view word = line.substr(0, line.find_first_of(kSpace));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<std::pair<std::string, std::uint64_t>> read_counters(std::string_view text) {
  std::vector<std::pair<std::string, std::uint64_t>> columns;
  bool first = true;
  for (const std::string& line : lines_of(text)) {
    std::string_view rest = line;
    if (first) {
      for (auto word = next_word(rest); !word.empty(); word = next_word(rest)) {
        columns.emplace_back(word, 0);
      }
      first = false;
      continue;
    }
    for (auto& [name, sum] : columns) {
      const std::string_view word = next_word(rest);
      std::uint64_t value = 0;
      std::from_chars(word.data(), word.data() + word.size(), value, 16);
      sum = name == "entries" ? value : sum + value;
    }
  }
  return columns;
}

}  // namespace statewall
