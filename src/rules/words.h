#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The words of a line, parted as `iptables-restore` parts them: at blanks, unless they stand in
// double quotation marks, within which a backslash keeps the next byte as it is. A closing mark
// ends its word.

namespace statewall::rules {

/// One word. `text` is a view into the line, or into the store of its `LineWords`.
struct Word {
  std::string_view text;     ///< without quotation marks and backslashes
  std::uint32_t column = 1;  ///< of its first byte in the line, from 1
  std::uint32_t width = 0;   ///< bytes that it takes in the line
  bool quoted = false;
};

/// Splits lines one after the other; the words of one are good until the next.
class LineWords {
 public:
  /// Words that follow each other for more than this make no rule.
  static constexpr std::size_t kMost = 255;

  /// Of `line` (without its line feed) what stands behind its first `skip` bytes. False if a
  /// quotation mark has no partner (the column is that of the mark), or there are too many words.
  bool split(std::string_view line, std::size_t skip = 0);

  const std::vector<Word>& words() const { return words_; }
  /// After `split` returned false: where, and what is wrong.
  std::uint32_t bad_column() const { return bad_column_; }
  std::string_view complaint() const { return complaint_; }

 private:
  bool fail(std::size_t at, std::string_view complaint);
  std::size_t word_at(std::string_view line, std::size_t at);

  std::vector<Word> words_;
  std::string store_;  ///< the texts of words that are not as they stand in the line
  std::uint32_t bad_column_ = 0;
  std::string_view complaint_;
};

}  // namespace statewall::rules
