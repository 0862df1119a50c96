#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "statewall/result.h"

// What is wrong with a text, place by place.

namespace statewall::rules {

/// A place in a text. `text` is its whole line, without the line feed.
struct Place {
  std::uint32_t line = 1;
  std::string_view text;
  std::uint32_t column = 1;  ///< from 1, in bytes
  std::uint32_t width = 1;   ///< bytes that are meant
};

/// What an error says of a place: the line, and beneath it marks under what is meant. A long line
/// is cut around the place; what a terminal could take for a command shows as '?'. It begins with
/// a line feed.
std::string excerpt(const Place& place);

/// 'text', shortened, with what is not printable ASCII as '?'.
std::string in_quotes(std::string_view text);

/// "unknown match 'conntrak'; did you mean 'conntrack'?", the question only where a name is near.
std::string unknown(std::string_view what, std::string_view word,
                    std::span<const std::string_view> known);

/// Collects errors. Past `kMost` they are only counted.
class Complaints {
 public:
  static constexpr std::size_t kMost = 100;

  explicit Complaints(std::string_view file) : file_(file) {}

  /// Always false, so that a reader can end with it.
  bool add(const Place& place, std::string_view message);
  bool empty() const { return count_ == 0; }
  /// Is what is added now only counted?
  bool full() const { return count_ >= kMost; }

  /// All of them, by line, and behind them how many there were besides.
  std::vector<Error> take();

 private:
  struct Complaint {
    Place place;
    Error error;
  };

  std::string file_;
  std::vector<Complaint> complaints_;
  std::size_t count_ = 0;
};

}  // namespace statewall::rules
