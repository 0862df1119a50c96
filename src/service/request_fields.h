#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "report/table_text.h"
#include "rules/suggest.h"
#include "service/connection_filter.h"
#include "service/control_protocol.h"
#include "statewall/result.h"

// What the fields of a request mean. A field that is not there has its first value.

namespace statewall {

template <typename T>
struct FieldWord {
  std::string_view word;
  T value;
};

/// What `word` means to the field `key`. An Error lists the words, and suggests the nearest.
template <typename T, std::size_t N>
Result<T> field_word(std::string_view key, std::string_view word, const FieldWord<T> (&words)[N]) {
  std::vector<std::string_view> known;
  for (const FieldWord<T>& each : words) {
    if (each.word == word) return each.value;
    known.push_back(each.word);
  }
  return Error{
      ErrorKind::usage, std::string(key),
      fmt::format("{} (values: {})", unknown_name("value", word, known), fmt::join(known, ", "))};
}

template <typename T, std::size_t N>
Result<T> field_of(const ControlRequest& request, std::string_view key,
                   const FieldWord<T> (&words)[N]) {
  const std::string* word = request.find(key);
  return field_word(key, word ? std::string_view(*word) : words[0].word, words);
}

inline constexpr FieldWord<bool> kNoYes[] = {{"no", false}, {"yes", true}};
inline constexpr FieldWord<bool> kTextJson[] = {{"text", false}, {"json", true}};

/// A whole number of `least` to `most`; `otherwise` where the field is not there.
Result<std::uint64_t> number_of(const ControlRequest& request, std::string_view key,
                                std::uint64_t least, std::uint64_t most, std::uint64_t otherwise);

/// The fields that are conditions.
Result<ConnectionFilter> filter_of(const ControlRequest& request);

/// `output`, as conntrack(8) takes it with -o: words with commas between them. `given` tells
/// whether it is there.
struct OutputField {
  bool given = false;
  ConntrackOutput output;
};
Result<OutputField> output_of(const ControlRequest& request);

}  // namespace statewall
