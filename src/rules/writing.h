#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rules/match.h"
#include "rules/text.h"
#include "statewall/address.h"

namespace statewall::rules {

/// Appends the words of a rule in iptables-save's form, a blank before each.
class RuleWriter {
 public:
  RuleWriter(std::string& out, Family family) : out_(out), family_(family) {}

  Family family() const { return family_; }
  /// For what is not one word: a list, part by part.
  std::string& text() { return out_; }

  RuleWriter& word(std::string_view text);
  /// `--name`, with a `!` before it if it is inverted.
  RuleWriter& option(std::string_view name, bool inverted = false);
  RuleWriter& number(std::uint64_t number);
  RuleWriter& hex(std::uint64_t number);
  /// With two digits at least: 0x08.
  RuleWriter& byte(std::uint8_t number);
  /// In quotation marks if it holds anything but letters, digits, '-' and '_'.
  RuleWriter& quoted(std::string_view text);
  RuleWriter& address(const Address& address);
  /// `1.2.3.0/24`, or with a whole mask where it is no prefix.
  RuleWriter& network(const Network& network);
  /// `/0xff`, onto the last word, unless all bits are set.
  RuleWriter& mask(std::uint32_t mask);

  /// `5`, or `5:7`.
  template <typename Number>
  RuleWriter& range(const Range<Number>& range) {
    number(range.low);
    if (range.low == range.high) return *this;
    out_ += ':';
    append_number(out_, range.high);
    return *this;
  }

 private:
  std::string& out_;
  Family family_;
};

}  // namespace statewall::rules
