#pragma once

#include <string_view>
#include <vector>

namespace statewall {

/// One word of a line. Views into the line.
struct Word {
  std::string_view text;  ///< of a string in quotation marks, what stands between them
  int column = 1;         ///< of its first byte, from 1
  bool quoted = false;
};

struct Words {
  std::vector<Word> words;
  int end_column = 1;       ///< just behind the last word
  int unclosed_column = 0;  ///< of a quotation mark without its partner; 0: there is none
};

/// Splits a line (without its line feed) at blanks and around parentheses. A `#` that begins a word
/// begins a comment, unless a digit follows: `#1` is the first packet.
Words split_line(std::string_view line);

}  // namespace statewall
