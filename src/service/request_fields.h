#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "report/choice.h"
#include "report/table_text.h"
#include "service/connection_filter.h"
#include "service/control_protocol.h"
#include "statewall/result.h"

// What the fields of a request mean. A field that is not there has its first value.

namespace statewall {

/// What the field `key` says, of these words.
template <typename T, std::size_t N>
Result<T> field_of(const ControlRequest& request, std::string_view key,
                   const Choice<T> (&words)[N]) {
  const std::string* word = request.find(key);
  return choose(std::string(key), word ? std::string_view(*word) : words[0].word, words);
}

inline constexpr Choice<bool> kNoYes[] = {{"no", false}, {"yes", true}};
inline constexpr Choice<bool> kTextJson[] = {{"text", false}, {"json", true}};

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
