#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/line.h"
#include "scenario/outcome.h"
#include "scenario/scenario.h"

namespace statewall {

/// One row of the table of keys. A value is a text, the same for the same thing however it was
/// written.
struct ExpectationKey {
  std::string_view name;
  /// Takes a value. Nothing after an error.
  std::optional<std::string> (*take)(Line&);
  /// What came out; nothing where the machine does not tell.
  std::optional<std::string> (*got)(const Outcome&);
  /// All values, where these are few words; else nullptr.
  std::vector<std::string_view> (*words)();
};

/// Every key there is.
std::span<const ExpectationKey> expectation_keys();

/// Reads `KEY VALUE`.
std::optional<Expectation> parse_expectation(Line& line);

/// Reads `=> KEY VALUE ...`, if the line goes on so, each key once. False after an error.
bool parse_expectations(Line& line, std::vector<Expectation>& expectations);

}  // namespace statewall
