#include "rules/text.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace statewall::rules {
namespace {

constexpr std::size_t kGroups = 8;
using Groups = std::array<std::uint16_t, kGroups>;

void append_ipv4(std::string& out, const std::uint8_t* byte) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) out += '.';
    append_number(out, byte[i]);
  }
}

Groups groups_of(const Address& address) {
  Groups groups;
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = static_cast<std::uint16_t>(address.bytes[2 * i] << 8 | address.bytes[2 * i + 1]);
  }
  return groups;
}

struct Zeros {
  std::size_t first = kGroups, length = 0;
};

/// The longest run of zero groups, the first of several; a single one does not count.
Zeros longest_zeros(const Groups& groups) {
  Zeros best;
  for (std::size_t first = 0; first < kGroups;) {
    std::size_t end = first;
    while (end < kGroups && groups[end] == 0) ++end;
    if (end - first > std::max<std::size_t>(best.length, 1)) best = {first, end - first};
    first = end + 1;
  }
  return best;
}

bool has_dotted_tail(const Groups& groups, const Zeros& zeros) {
  return zeros.first == 0 && (zeros.length == 6 || (zeros.length == 5 && groups[5] == 0xffff));
}

void append_ipv6(std::string& out, const Address& address) {
  const Groups groups = groups_of(address);
  const Zeros zeros = longest_zeros(groups);
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == zeros.first) {
      out += "::";
      i += zeros.length - 1;
      continue;
    }
    if (i != 0 && i != zeros.first + zeros.length) out += ':';
    if (i == 6 && has_dotted_tail(groups, zeros)) {
      append_ipv4(out, address.bytes.data() + 12);
      return;
    }
    append_number(out, groups[i], 16);
  }
}

std::optional<std::uint64_t> parse_in_base(std::string_view text, int base, std::uint64_t most) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end || value > most) return {};
  return value;
}

}  // namespace

void append_number(std::string& out, std::uint64_t number, int base) {
  char digits[64];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, base);
  out.append(digits, end);
}

void append_hex(std::string& out, std::uint64_t number) {
  out += "0x";
  append_number(out, number, 16);
}

void append_address(std::string& out, const Address& address, Family family) {
  if (family == Family::ipv4) {
    append_ipv4(out, address.bytes.data());
  } else {
    append_ipv6(out, address);
  }
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  return parse_in_base(text, base, most);
}

std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t most) {
  return parse_in_base(text, 10, most);
}

Address mask_of_prefix(unsigned bits) {
  Address mask;
  for (std::size_t i = 0; i < mask.bytes.size() && bits > 0; ++i) {
    const unsigned here = std::min(bits, 8u);
    mask.bytes[i] = static_cast<std::uint8_t>(0xff00 >> here);
    bits -= here;
  }
  return mask;
}

int prefix_of_mask(const Address& mask, Family family) {
  for (unsigned bits = 0; bits <= address_bits(family); ++bits) {
    if (mask == mask_of_prefix(bits)) return static_cast<int>(bits);
  }
  return -1;
}

Address masked(const Address& address, const Address& mask) {
  Address out;
  for (std::size_t i = 0; i < out.bytes.size(); ++i) {
    out.bytes[i] = address.bytes[i] & mask.bytes[i];
  }
  return out;
}

}  // namespace statewall::rules
