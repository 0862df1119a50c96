#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "statewall/address.h"

// Numbers and addresses, to text and back, as iptables prints and reads them. Addresses are read by
// `address_parser.h`.

namespace statewall::rules {

/// `number` in decimal, or in another base with digits in lower case.
void append_number(std::string& out, std::uint64_t number, int base = 10);
/// "0x1f"
void append_hex(std::string& out, std::uint64_t number);

/// As inet_ntop of the GNU C library prints it, which of IPv6 has one form more than RFC 5952: an
/// address of which only the last four bytes are not zero is ::192.0.2.1.
void append_address(std::string& out, const Address& address, Family family);

/// A whole number in C's notation: decimal, 0x and hexadecimal, 0 and octal. Nothing if it is none
/// or greater than `most`.
std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most);

/// A whole number in decimal, and nothing else.
std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t most);

/// The mask of the first `bits` bits of an address.
Address mask_of_prefix(unsigned bits);
/// How many bits of a mask stand at its beginning; -1 if others do, too.
int prefix_of_mask(const Address& mask, Family family);
/// `address` with what `mask` does not hold set to zero.
Address masked(const Address& address, const Address& mask);
/// 4 or 16.
constexpr std::size_t address_size(Family family) { return family == Family::ipv4 ? 4 : 16; }
/// 32 or 128.
constexpr unsigned address_bits(Family family) { return family == Family::ipv4 ? 32 : 128; }

}  // namespace statewall::rules
