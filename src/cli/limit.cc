#include "cli/limit.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace statewall {

Result<std::size_t> resolve_limit(const std::string& text) {
  if (text == "all") return std::numeric_limits<std::size_t>::max();
  std::size_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) {
    return Error{ErrorKind::usage, "--limit",
                 fmt::format("'{}' is neither a number of packets nor 'all'", text)};
  }
  return number;
}

}  // namespace statewall
