#include "rules/address_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace statewall::rules {
namespace {

/// The whole text as a number of at most `digits` digits.
template <typename Number>
std::optional<Number> number(std::string_view text, int base, std::size_t digits) {
  Number value = 0;
  if (text.empty() || text.size() > digits) return std::nullopt;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

/// Takes what stands before the next `separator`, which goes too.
std::string_view take_part(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

std::optional<Address> parse_ipv4(std::string_view text) {
  Address address;
  if (std::ranges::count(text, '.') != 3 || text.ends_with('.')) return std::nullopt;
  for (int i = 0; i < 4; ++i) {
    const auto byte = number<std::uint8_t>(take_part(text, '.'), 10, 3);
    if (!byte) return std::nullopt;
    address.bytes[static_cast<std::size_t>(i)] = *byte;
  }
  return address;
}

/// Groups of 16 bits without a `::`, the last two perhaps as an IPv4 address where they end the
/// text: writes them to `out` and returns how many bytes they take, or nothing.
std::optional<std::size_t> parse_groups(std::string_view text, bool last,
                                        std::array<std::uint8_t, 16>& out) {
  std::size_t size = 0;
  if (text.empty()) return size;
  if (text.ends_with(':')) return std::nullopt;
  while (!text.empty()) {
    const std::string_view part = take_part(text, ':');
    if (part.find('.') != part.npos) {
      const auto tail = parse_ipv4(part);
      if (!tail || !last || !text.empty() || size > 12) return std::nullopt;
      std::copy_n(tail->bytes.begin(), 4, out.begin() + static_cast<std::ptrdiff_t>(size));
      return size + 4;
    }
    const auto group = number<std::uint16_t>(part, 16, 4);
    if (!group || size > 14) return std::nullopt;
    out[size++] = static_cast<std::uint8_t>(*group >> 8);
    out[size++] = static_cast<std::uint8_t>(*group);
  }
  return size;
}

std::optional<Address> parse_ipv6(std::string_view text) {
  Address address;
  const std::size_t gap = text.find("::");
  std::array<std::uint8_t, 16> head{}, tail{};
  const auto before = parse_groups(text.substr(0, gap), gap == text.npos, head);
  if (!before) return std::nullopt;
  if (gap == text.npos) {
    if (*before != 16) return std::nullopt;
    address.bytes = head;
    return address;
  }
  const auto after = parse_groups(text.substr(gap + 2), true, tail);
  if (!after || *before + *after > 14) return std::nullopt;
  address.bytes = head;
  std::copy_n(tail.begin(), *after, address.bytes.end() - static_cast<std::ptrdiff_t>(*after));
  return address;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text, Family family) {
  return family == Family::ipv6 ? parse_ipv6(text) : parse_ipv4(text);
}

}  // namespace statewall::rules
