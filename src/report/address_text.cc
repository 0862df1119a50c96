#include "report/address_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace statewall {
namespace {

constexpr int kGroups = 8;

struct Zeros {
  int first = kGroups;
  int length = 0;
};

/// RFC 5952 4.2: "::" stands for the longest run of zero groups, the first of several, and never
/// for a single one.
Zeros longest_zeros(const std::array<std::uint16_t, kGroups>& groups) {
  Zeros best;
  for (int first = 0; first < kGroups;) {
    int end = first;
    while (end < kGroups && groups[static_cast<std::size_t>(end)] == 0) ++end;
    if (end - first > best.length) best = {first, end - first};
    first = std::max(end, first + 1);
  }
  return best.length > 1 ? best : Zeros{};
}

void append_ipv4(Buffer& out, const std::uint8_t* byte) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) out.push_back('.');
    append_number(out, byte[i]);
  }
}

/// ::ffff:0:0/96 (RFC 4291 2.5.5.2), which RFC 5952 5 wants in mixed notation.
bool ipv4_mapped(const Address& address) {
  const auto& b = address.bytes;
  return std::all_of(b.begin(), b.begin() + 10, [](std::uint8_t x) { return x == 0; }) &&
         b[10] == 0xff && b[11] == 0xff;
}

void append_ipv6(Buffer& out, const Address& address) {
  if (ipv4_mapped(address)) {
    append(out, "::ffff:");
    append_ipv4(out, address.bytes.data() + 12);
    return;
  }
  std::array<std::uint16_t, kGroups> groups;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i] = static_cast<std::uint16_t>(address.bytes[2 * i] << 8 | address.bytes[2 * i + 1]);
  }
  const Zeros zeros = longest_zeros(groups);
  for (int i = 0; i < kGroups; ++i) {
    if (i == zeros.first) {
      append(out, "::");
      i += zeros.length - 1;
      continue;
    }
    const bool separated = i == 0 || i == zeros.first + zeros.length;
    append(out, "{}{:x}", separated ? "" : ":", groups[static_cast<std::size_t>(i)]);
  }
}

}  // namespace

void append_address(Buffer& out, const Address& address, Family family) {
  switch (family) {
    case Family::ipv4: append_ipv4(out, address.bytes.data()); return;
    case Family::ipv6: append_ipv6(out, address); return;
    case Family::none: append(out, "?"); return;
  }
}

std::string address_text(const Address& address, Family family) {
  Buffer out;
  append_address(out, address, family);
  return fmt::to_string(out);
}

}  // namespace statewall
