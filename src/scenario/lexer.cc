#include "scenario/lexer.h"

#include <algorithm>
#include <cstddef>

namespace statewall {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

bool begins_comment(std::string_view rest) {
  return rest[0] == '#' && (rest.size() == 1 || rest[1] < '0' || rest[1] > '9');
}

// Parentheses are words of their own.
std::size_t end_of_word(std::string_view rest) {
  constexpr std::string_view kParentheses = "()";
  if (kParentheses.find(rest[0]) != rest.npos) return 1;
  return rest.find_first_of(" \t\r\v\f()");
}

}  // namespace

Words split_line(std::string_view line) {
  Words out;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(kBlanks, at)) != line.npos) {
    const std::string_view rest = line.substr(at);
    if (begins_comment(rest)) break;
    const int column = static_cast<int>(at) + 1;
    const bool quoted = rest[0] == '"';
    const std::size_t end = quoted ? rest.find('"', 1) : end_of_word(rest);
    if (quoted && end == rest.npos) {
      out.unclosed_column = column;
      break;
    }
    const std::string_view text = quoted ? rest.substr(1, end - 1) : rest.substr(0, end);
    out.words.push_back({text, column, quoted});
    at += std::min(end, rest.size()) + (quoted ? 1 : 0);
    out.end_column = static_cast<int>(at) + 1;
  }
  return out;
}

}  // namespace statewall
