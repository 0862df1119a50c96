#include "rules/argument.h"

#include <algorithm>
#include <vector>

#include "rules/address_parser.h"
#include "rules/service_names.h"
#include "rules/text.h"

namespace statewall::rules {
namespace {

char lower(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string interval(std::uint64_t least, std::uint64_t most) {
  std::string out = " (";
  append_number(out, least);
  out += " to ";
  append_number(out, most);
  return out + ")";
}

/// One to four numbers with points between them, as inet_aton reads them: the last fills what is
/// left of the address, so that 10.1 is 10.0.0.1. With `zeros`, zeros do: 10.1 is 10.1.0.0.
std::optional<Address> parse_short_ipv4(std::string_view text, bool zeros) {
  std::uint32_t value = 0;
  for (unsigned place = 0; place < 4; ++place) {
    const bool last = text.find('.') == text.npos;
    const unsigned bits = last && !zeros ? 32 - 8 * place : 8;
    const auto number = parse_number(split_off(text, '.'), (std::uint64_t{1} << bits) - 1);
    if (!number) return {};
    value |= static_cast<std::uint32_t>(*number << (32 - 8 * place - bits));
    if (last) return Address::ipv4(value);
  }
  return {};
}

std::optional<Address> read_mask(const Argument& argument, std::string_view part) {
  const Family family = argument.family();
  if (const auto bits = parse_number(part, address_bits(family))) {
    return mask_of_prefix(static_cast<unsigned>(*bits));
  }
  if (const auto mask = parse_address(part, family)) return mask;
  argument.fail_expected(family == Family::ipv4 ? "a mask (0 to 32, or like 255.255.0.0)"
                                                : "a mask (0 to 128, or like ffff::)",
                         part);
  return {};
}

}  // namespace

Word WordReader::peek() const {
  if (!at_end()) return words_[next_];
  return {{}, static_cast<std::uint32_t>(text_.size()) + 1, 0, false};
}

Word WordReader::take() {
  const Word word = peek();
  if (!at_end()) ++next_;
  return word;
}

Place WordReader::place_of(const Word& word) const {
  return {line_, text_, word.column, word.width};
}

bool WordReader::fail(const Word& word, std::string_view message) const {
  return fail(place_of(word), message);
}

bool WordReader::fail(const Place& place, std::string_view message) const {
  return complaints_.add(place, message);
}

Word Argument::another() { return words_.take(); }

bool Argument::fail_at(std::string_view part, std::string_view message) const {
  Place place = words_.place_of(value_);
  // Of a quoted word the bytes may have moved, by its backslashes.
  if (!value_.quoted) {
    place.column += static_cast<std::uint32_t>(part.data() - value_.text.data());
    place.width = static_cast<std::uint32_t>(part.size());
  }
  return words_.fail(place, message);
}

bool Argument::fail_expected(std::string_view what, std::string_view part) const {
  std::string message = "expected ";
  message.append(what).append(", not ").append(in_quotes(part));
  return fail_at(part, message);
}

bool Argument::fail_unknown(std::string_view what, std::string_view part,
                            std::span<const std::string_view> known) const {
  return fail_at(part, unknown(what, part, known));
}

std::optional<std::uint64_t> read_number(const Argument& argument, std::string_view part,
                                         std::string_view what, std::uint64_t least,
                                         std::uint64_t most) {
  const auto number = parse_number(part, most);
  if (number && *number >= least) return number;
  argument.fail_expected(std::string(what) + interval(least, most), part);
  return {};
}

std::optional<Range<std::uint64_t>> read_range(const Argument& argument, std::string_view what,
                                               std::uint64_t most) {
  std::string_view rest = argument.text();
  const bool two = rest.find(':') != rest.npos;
  const std::string_view first = split_off(rest, ':');
  Range<std::uint64_t> range{0, most, false};
  if (!two || !first.empty()) {
    const auto low = read_number(argument, first, what, 0, most);
    if (!low) return {};
    range.low = range.high = *low;
  }
  if (two) {
    range.high = most;
    if (!rest.empty()) {
      const auto high = read_number(argument, rest, what, 0, most);
      if (!high) return {};
      range.high = *high;
    }
  }
  return range;
}

std::vector<std::string_view> names_of(std::span<const NamedNumber> rows) {
  std::vector<std::string_view> names;
  for (const NamedNumber& row : rows) names.push_back(row.name);
  return names;
}

const NamedNumber* find_named(std::span<const NamedNumber> rows, std::string_view name) {
  for (const NamedNumber& row : rows) {
    if (same_word(row.name, name)) return &row;
  }
  return nullptr;
}

std::optional<std::uint16_t> read_port(const Argument& argument, std::string_view part) {
  if (const auto number = parse_number(part, 65535)) return static_cast<std::uint16_t>(*number);
  if (const auto port = port_of_service(part)) return port;
  argument.fail_expected("a port (0 to 65535) or the name of a service", part);
  return {};
}

bool read_any_ports(Argument& argument, Range<std::uint16_t>& out) {
  std::string_view rest = argument.text();
  const bool two = rest.find(':') != rest.npos;
  const std::string_view first = split_off(rest, ':');
  Range<std::uint16_t> range{0, 65535, argument.inverted()};
  if (!two || !first.empty()) {
    const auto low = read_port(argument, first);
    if (!low) return false;
    range.low = *low;
    if (!two) range.high = *low;
  }
  if (two && !rest.empty()) {
    const auto high = read_port(argument, rest);
    if (!high) return false;
    range.high = *high;
  }
  out = range;
  return true;
}

bool read_ports(Argument& argument, Range<std::uint16_t>& out) {
  if (!read_any_ports(argument, out)) return false;
  return out.low <= out.high || argument.fail("the first port is greater than the second");
}

bool read_masked(Argument& argument, Masked& out) {
  std::string_view rest = argument.text();
  const bool has_mask = rest.find('/') != rest.npos;
  const std::string_view first = split_off(rest, '/');
  const auto value = read_number(argument, first, "a number", 0, 0xffffffff);
  if (!value) return false;
  std::optional<std::uint64_t> mask = 0xffffffff;
  if (has_mask) mask = read_number(argument, rest, "a mask", 0, 0xffffffff);
  if (!mask) return false;
  out = {static_cast<std::uint32_t>(*value), static_cast<std::uint32_t>(*mask),
         argument.inverted()};
  return true;
}

std::optional<Address> read_address(const Argument& argument, std::string_view part) {
  const auto address = parse_address(part, argument.family());
  if (address) return address;
  argument.fail_expected(argument.family() == Family::ipv4
                             ? "an IPv4 address (names of hosts are not looked up)"
                             : "an IPv6 address (names of hosts are not looked up)",
                         part);
  return {};
}

std::optional<Address> read_short_address(const Argument& argument, std::string_view part) {
  if (argument.family() == Family::ipv4) {
    if (const auto address = parse_short_ipv4(part, true)) return address;
  }
  return read_address(argument, part);
}

std::optional<Address> read_numeric_address(const Argument& argument, std::string_view part) {
  if (argument.family() == Family::ipv4) {
    if (const auto address = parse_short_ipv4(part, false)) return address;
  }
  return read_address(argument, part);
}

std::optional<Network> read_network(const Argument& argument, std::string_view part,
                                    AddressReader read) {
  std::string_view rest = part;
  const bool has_mask = rest.find('/') != rest.npos;
  const auto address = read(argument, split_off(rest, '/'));
  if (!address) return {};
  std::optional<Address> mask = mask_of_prefix(address_bits(argument.family()));
  if (has_mask) mask = read_mask(argument, rest);
  if (!mask) return {};
  return Network{*address, *mask, argument.inverted()};
}

std::optional<unsigned> read_prefix_length(const Argument& argument, std::string_view part) {
  const auto mask = read_mask(argument, part);
  if (!mask) return {};
  const int bits = prefix_of_mask(*mask, argument.family());
  if (bits >= 0) return static_cast<unsigned>(bits);
  argument.fail_at(part, "the bits of this mask must all stand at its beginning");
  return {};
}

bool read_network(Argument& argument, Network& out) {
  const auto network = read_network(argument, argument.text(), read_numeric_address);
  if (network) out = *network;
  return network.has_value();
}

namespace {

using NameMatch = bool (*)(std::string_view name, std::string_view word);

std::optional<std::uint32_t> read_bits_by(const Argument& argument, std::string_view text,
                                          std::string_view what, std::span<const BitName> names,
                                          NameMatch matches) {
  std::uint32_t bits = 0;
  for (bool more = true; more;) {
    more = text.find(',') != text.npos;
    const std::string_view part = split_off(text, ',');
    const auto found = std::ranges::find_if(
        names, [part, matches](const BitName& row) { return matches(row.name, part); });
    if (found == names.end()) {
      std::vector<std::string_view> known;
      for (const BitName& row : names) known.push_back(row.name);
      argument.fail_unknown(what, part, known);
      return {};
    }
    bits |= found->bits;
  }
  return bits;
}

}  // namespace

std::optional<std::uint32_t> read_bits(const Argument& argument, std::string_view text,
                                       std::string_view what, std::span<const BitName> names) {
  return read_bits_by(argument, text, what, names, same_word);
}

std::optional<std::uint32_t> read_short_bits(const Argument& argument, std::string_view text,
                                             std::string_view what,
                                             std::span<const BitName> names) {
  return read_bits_by(argument, text, what, names, begins_word);
}

bool read_proc_name(Argument& argument, std::string& name) {
  constexpr std::size_t longest = 199;
  const std::string_view text = argument.text();
  const bool odd = std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\\' || c == '/';
  });
  if (odd) return argument.fail("the name must not have a blank, a quotation mark or a '/' in it");
  if (text.empty() || text == "." || text == ".." || text.size() > longest) {
    return argument.fail("the name must have from 1 to 199 bytes, and not be '.' or '..'");
  }
  name = text;
  return true;
}

std::string_view split_off(std::string_view& rest, char separator) {
  const std::size_t at = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool begins_word(std::string_view name, std::string_view beginning) {
  return !beginning.empty() && same_word(name.substr(0, beginning.size()), beginning);
}

std::optional<std::size_t> read_name(const Argument& argument, std::string_view part,
                                     std::string_view what,
                                     std::span<const std::string_view> names) {
  const auto found = std::ranges::find(names, part);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  argument.fail_unknown(what, part, names);
  return {};
}

}  // namespace statewall::rules
