#include "scenario/failure.h"

#include <fmt/format.h>

#include <algorithm>

namespace statewall {
namespace {

constexpr std::string_view kExpectedColor = "\x1b[32m", kGotColor = "\x1b[31m";

// The parts beside each other, in columns that both lines share.
std::string row(const std::vector<Failure::Part>& parts, std::string Failure::Part::*which) {
  std::string out;
  for (const Failure::Part& part : parts) {
    const std::size_t width = std::max(part.expected.size(), part.got.size());
    fmt::format_to(std::back_inserter(out), "  {:<{}}", part.*which, width);
  }
  out.resize(out.find_last_not_of(' ') + 1);
  return out;
}

}  // namespace

std::string Failure::text(Color color) const {
  const auto colored = [&](std::string_view begin, const std::string& words) {
    return color == Color::yes ? fmt::format("{}{}{}", begin, words, kColorEnd) : words;
  };
  std::string out = subject;
  out += "\n    " + colored(kExpectedColor, "expected" + row(parts, &Part::expected));
  out += "\n    " + colored(kGotColor, "got     " + row(parts, &Part::got));
  for (const std::string& detail : details) out += "\n    " + detail;
  return out;
}

}  // namespace statewall
