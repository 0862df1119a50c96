#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/lexer.h"
#include "statewall/address.h"
#include "statewall/result.h"
#include "statewall/time.h"

namespace statewall {

struct HostAddress {
  Address address;
  Family family = Family::ipv4;
};

/// One line of a scenario, read word by word from the left. What does not fit is written into the
/// list of errors, with its position; the functions then return false or nothing, and the caller
/// gives the line up: one error a line.
class Line {
 public:
  /// REQUIRES: `file`, the line's text and `errors` outlive the line.
  Line(std::string_view file, int number, std::string_view text, std::vector<Error>& errors);

  int number() const { return number_; }
  bool at_end() const { return next_ == words_.words.size(); }
  /// The next word; at the end an empty one just behind the last.
  Word peek() const;
  Word take();
  /// How many words are taken; and the words taken from that count on.
  std::size_t position() const { return next_; }
  std::span<const Word> taken(std::size_t from) const;

  /// Adds an error at this word. Always false, for `return line.fail(...)`.
  bool fail(const Word& at, std::string message);
  /// The same of an error in another file that the line names.
  bool fail(Error error);
  /// "expected a port, not 'x'", or ", not the end of the line".
  bool fail_expected(std::string_view what, const Word& got);

  /// Takes this very word.
  bool literal(std::string_view text);
  /// Takes a number, decimal or hexadecimal behind `0x`. `what` is for the error: "a port".
  std::optional<std::uint32_t> number(std::string_view what, std::uint32_t least,
                                      std::uint32_t most);
  /// Takes an IPv4 address.
  std::optional<Address> address(std::string_view what);
  /// Takes an IPv4 or IPv6 address.
  std::optional<HostAddress> host(std::string_view what);
  /// Takes one of these words and gives its index. An unknown one gets a suggestion.
  std::optional<std::size_t> one_of(std::string_view what, std::span<const std::string_view> words);
  /// Takes seconds with a fraction of up to nine digits.
  std::optional<Nanoseconds> time();
  /// Nothing may be left.
  bool end();

 private:
  std::string_view file_;
  int number_;
  Words words_;
  std::size_t next_ = 0;
  std::vector<Error>& errors_;
};

/// A decimal number of no more than `most`, with nothing before or behind it.
std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t most);
/// The same, or hexadecimal behind `0x`.
std::optional<std::uint32_t> parse_any_number(std::string_view text, std::uint32_t most);
/// An IPv4 address in dotted decimal.
std::optional<Address> parse_address(std::string_view text);
/// An address of either family, of IPv6 in any of its text forms (RFC 4291 2.2).
std::optional<HostAddress> parse_host(std::string_view text);

/// Text in single quotation marks for an error message; bytes that do not print show as `?`.
std::string in_quotes(std::string_view text);
/// The end of an error message about an unknown word: "; did you mean 'echo-request'?", or where no
/// known word is near, and they are few, "; it may be tutorial, linux-2.4".
std::string hint(std::string_view word, std::span<const std::string_view> known);

}  // namespace statewall
