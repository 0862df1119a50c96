#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/complaints.h"
#include "rules/match.h"
#include "rules/words.h"
#include "statewall/address.h"

// An option of a match or a target as it stands in a rule, and the readers of what stands behind
// it. A reader returns false after it has complained.

namespace statewall::rules {

/// A rule's words, from first to last, and how to complain about one of them.
class WordReader {
 public:
  WordReader(std::uint32_t line, std::string_view text, std::span<const Word> words,
             Complaints& complaints)
      : line_(line), text_(text), words_(words), complaints_(complaints) {}

  bool at_end() const { return next_ == words_.size(); }
  /// Behind the last word: an empty one, at the end of the line.
  Word peek() const;
  Word take();
  /// The last one that was taken. REQUIRES: one was.
  Word last() const { return words_[next_ - 1]; }
  /// The whole line, for complaints.
  Word whole() const { return {text_, 1, static_cast<std::uint32_t>(text_.size()), false}; }
  /// How many were taken, and those that were since then.
  std::size_t position() const { return next_; }
  std::span<const Word> since(std::size_t position) const {
    return words_.subspan(position, next_ - position);
  }

  Place place_of(const Word& word) const;
  bool fail(const Word& word, std::string_view message) const;
  bool fail(const Place& place, std::string_view message) const;

 private:
  std::uint32_t line_;
  std::string_view text_;
  std::span<const Word> words_;
  std::size_t next_ = 0;
  Complaints& complaints_;
};

class Argument {
 public:
  /// `value` is the option's first value; for an option that has none, the option again.
  Argument(WordReader& words, Word option, Word value, bool inverted, Family family)
      : words_(words), option_(option), value_(value), inverted_(inverted), family_(family) {}

  std::string_view text() const { return value_.text; }
  bool inverted() const { return inverted_; }
  Family family() const { return family_; }
  const Word& option() const { return option_; }
  const Word& value() const { return value_; }

  /// A further value of the option; empty behind the last word.
  Word another();
  /// What `another` would be.
  Word next() const { return words_.peek(); }
  /// The same option with this value, to complain about it.
  Argument at(Word value) const { return {words_, option_, value, inverted_, family_}; }

  /// Complains about the value, or about a part of `text()`.
  bool fail(std::string_view message) const { return words_.fail(value_, message); }
  bool fail_at(std::string_view part, std::string_view message) const;
  /// "expected a port, not 'x'", about a part of `text()`.
  bool fail_expected(std::string_view what, std::string_view part) const;
  /// "unknown state 'NWE'; did you mean 'NEW'?"
  bool fail_unknown(std::string_view what, std::string_view part,
                    std::span<const std::string_view> known) const;

 private:
  WordReader& words_;
  Word option_, value_;
  bool inverted_;
  Family family_;
};

/// A number in C's notation from `least` to `most`; `what` names it with its article.
std::optional<std::uint64_t> read_number(const Argument& argument, std::string_view part,
                                         std::string_view what, std::uint64_t least,
                                         std::uint64_t most);

/// The value is a number.
template <std::uint64_t least, std::uint64_t most, typename Number>
bool read_number_into(Argument& argument, Number& out) {
  const auto number = read_number(argument, argument.text(), "a number", least, most);
  if (number) out = static_cast<Number>(*number);
  return number.has_value();
}

/// The value is a number, or two with a colon between them, of which either may be left out. The
/// first may be the greater; no number is between them then.
std::optional<Range<std::uint64_t>> read_range(const Argument& argument, std::string_view what,
                                               std::uint64_t most);
template <std::uint64_t most, typename Number>
bool read_range_into(Argument& argument, Range<Number>& out) {
  const auto range = read_range(argument, "a number", most);
  if (!range) return false;
  out = {static_cast<Number>(range->low), static_cast<Number>(range->high), argument.inverted()};
  return true;
}

/// A number that has a name, too.
struct NamedNumber {
  std::string_view name;
  std::uint32_t number;
};
/// The names, for suggestions.
std::vector<std::string_view> names_of(std::span<const NamedNumber> rows);
/// The row with this name, in any case; nullptr if there is none.
const NamedNumber* find_named(std::span<const NamedNumber> rows, std::string_view name);

/// The option alone says it.
inline bool read_flag(Argument&, bool& out) { return out = true; }

/// A port by number, or by the name of its service.
std::optional<std::uint16_t> read_port(const Argument& argument, std::string_view part);
/// A port, or two with a colon between them.
bool read_ports(Argument& argument, Range<std::uint16_t>& out);
/// The same; the first may be greater than the second, and no port is between them.
bool read_any_ports(Argument& argument, Range<std::uint16_t>& out);

/// NUMBER or NUMBER/MASK.
bool read_masked(Argument& argument, Masked& out);

/// The number of bits of a mask: a number, or a mask that is a prefix.
std::optional<unsigned> read_prefix_length(const Argument& argument, std::string_view part);
/// A whole address. Never the name of a host: nobody is asked.
std::optional<Address> read_address(const Argument& argument, std::string_view part);
/// The same, and of IPv4 one whose last numbers are left out, and are zeros then.
std::optional<Address> read_short_address(const Argument& argument, std::string_view part);
/// The same, and of IPv4 whatever inet_aton takes: the last of fewer numbers fills the rest.
std::optional<Address> read_numeric_address(const Argument& argument, std::string_view part);

/// An address with or without a mask. The bits that the mask leaves out stay as they are.
using AddressReader = std::optional<Address> (*)(const Argument&, std::string_view);
std::optional<Network> read_network(const Argument& argument, std::string_view part,
                                    AddressReader read);
bool read_network(Argument& argument, Network& out);

struct BitName {
  std::string_view name;
  std::uint32_t bits;
};
/// Names with commas between them, in any case; `what` names one, without an article.
std::optional<std::uint32_t> read_bits(const Argument& argument, std::string_view text,
                                       std::string_view what, std::span<const BitName> names);
/// The same where the beginning of a name will do; of several the first is meant.
std::optional<std::uint32_t> read_short_bits(const Argument& argument, std::string_view text,
                                             std::string_view what, std::span<const BitName> names);

/// The name of a table of hosts, which is one of a file in /proc: 199 bytes at most, no blank, no
/// quotation mark and no '/' in it.
bool read_proc_name(Argument& argument, std::string& name);

/// What stands before the first `separator` of `rest`, which loses both; all of it if there is
/// none.
std::string_view split_off(std::string_view& rest, char separator);

/// The same letters, in any case.
bool same_word(std::string_view a, std::string_view b);
/// Does `name` begin with `beginning`, in any case? Nothing begins with an empty one.
bool begins_word(std::string_view name, std::string_view beginning);

/// The index of a name; complains and guesses if it is none.
std::optional<std::size_t> read_name(const Argument& argument, std::string_view part,
                                     std::string_view what,
                                     std::span<const std::string_view> names);

}  // namespace statewall::rules
