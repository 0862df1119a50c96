#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenario/line.h"
#include "scenario/scenario.h"
#include "statewall/tracker.h"

namespace statewall {

/// What became of a packet.
struct Outcome {
  Observation observation;
  bool passed = false;  ///< neither a rule nor the tracker dropped it
};

/// One row of the table of keys. Every value is a number: of an enumerator, or of a connection.
struct ExpectationKey {
  std::string_view name;
  std::string_view value;  ///< what stands behind the key, with its article: "a state"
  std::uint64_t (*got)(const Outcome&);
  /// The word of a value; nullptr where values are connections (`none` is 0).
  std::string_view (*word)(std::uint64_t);
  std::uint64_t count;  ///< values that have a word: 0 to count - 1
};

/// Every key there is.
std::span<const ExpectationKey> expectation_keys();

/// Reads `KEY VALUE`.
std::optional<Expectation> parse_expectation(Line& line);

/// "ESTABLISHED", "quotes-connection", "3", "none".
std::string value_text(const ExpectationKey& key, std::uint64_t value);

}  // namespace statewall
