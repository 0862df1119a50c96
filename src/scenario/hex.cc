#include "scenario/hex.h"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <optional>

namespace statewall {
namespace {

std::optional<unsigned> digit(char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::size_t at = kDigits.find(lower);
  if (at == kDigits.npos) return {};
  return static_cast<unsigned>(at);
}

}  // namespace

bool append_hex(std::vector<std::uint8_t>& bytes, std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  if (text.empty()) return false;
  while (!text.empty()) {
    if (text[0] == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const auto high = digit(text[0]);
    const auto low = text.size() > 1 ? digit(text[1]) : std::nullopt;
    if (!high || !low) return false;
    bytes.push_back(static_cast<std::uint8_t>(*high << 4 | *low));
    text.remove_prefix(2);
  }
  return true;
}

std::string hex_text(std::span<const std::uint8_t> bytes, std::size_t group) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (group != 0 && at != 0 && at % group == 0) out += ' ';
    fmt::format_to(std::back_inserter(out), "{:02x}", bytes[at]);
  }
  return out;
}

}  // namespace statewall
