#pragma once

#include <cstddef>
#include <string>

#include "statewall/result.h"

namespace statewall {

/// Longest file that is read as a text, in bytes.
inline constexpr std::size_t kMaxTextFile = std::size_t{256} << 20;

/// What is written in a file, or for "-" comes from standard input. An Error has its place.
Result<std::string> read_text_file(const std::string& path);

/// The name of an input, for people: "standard input" for "-".
std::string input_name(const std::string& path);

}  // namespace statewall
