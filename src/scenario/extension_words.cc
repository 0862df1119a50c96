#include "scenario/extension_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "report/address_text.h"
#include "wire/bytes.h"

namespace statewall {
namespace {

using Octets = std::vector<std::uint8_t>;

constexpr std::size_t kUnit = 8;              // lengths count units of 8 bytes behind the first
constexpr std::size_t kMostBytes = 2048;      // that such a length can say
constexpr std::uint8_t kPad1 = 0, kPadN = 1;  // RFC 8200 4.2

// Fills up to a multiple of eight bytes, as options do it.
void pad(Octets& bytes) {
  const std::size_t gap = (kUnit - bytes.size() % kUnit) % kUnit;
  if (gap == 0) return;
  if (gap == 1) {
    bytes.push_back(kPad1);
    return;
  }
  bytes.insert(bytes.end(), {kPadN, static_cast<std::uint8_t>(gap - 2)});
  bytes.resize(bytes.size() + gap - 2);
}

// The length of a header that counts units of eight bytes. False if it is too long.
bool set_length(Octets& bytes) {
  if (bytes.size() > kMostBytes) return false;
  bytes[1] = static_cast<std::uint8_t>(bytes.size() / kUnit - 1);
  return true;
}

// `TYPE:LENGTH` or `TYPE`, joined by commas; the values are zeros.
bool append_options(Octets& bytes, std::string_view text) {
  while (true) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view option = text.substr(0, end);
    const std::size_t colon = std::min(option.find(':'), option.size());
    const auto type = parse_any_number(option.substr(0, colon), 255);
    const auto length = colon == option.size() ? std::optional<std::uint32_t>(0)
                                               : parse_any_number(option.substr(colon + 1), 255);
    if (!type || !length) return false;
    bytes.push_back(static_cast<std::uint8_t>(*type));
    if (*type != kPad1) {
      bytes.push_back(static_cast<std::uint8_t>(*length));
      bytes.resize(bytes.size() + *length);
    }
    if (end == text.size()) return true;
    text.remove_prefix(end + 1);
  }
}

bool begins_options(const Word& word) {
  return !word.quoted && !word.text.empty() && word.text[0] >= '0' && word.text[0] <= '9';
}

bool options_header(Line& line, Octets& bytes) {
  bytes.resize(2);
  const Word word = line.peek();
  if (begins_options(word)) {
    line.take();
    if (!append_options(bytes, word.text)) {
      return line.fail_expected("options, like 5:2 or 5:2,194:4", word);
    }
  }
  pad(bytes);
  return set_length(bytes) || line.fail(word, "no header holds so many options");
}

// Addresses of IPv6 joined by commas.
bool append_addresses(Line& line, Octets& bytes) {
  const Word word = line.take();
  std::string_view text = word.text;
  while (true) {
    const std::size_t end = std::min(text.find(','), text.size());
    const auto host = parse_host(text.substr(0, end));
    if (!host || host->family != Family::ipv6 || word.quoted) {
      return line.fail_expected("addresses of IPv6 joined by commas", word);
    }
    bytes.insert(bytes.end(), host->address.bytes.begin(), host->address.bytes.end());
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
  }
  return bytes.size() <= kMostBytes || line.fail(word, "no header holds so many addresses");
}

bool routing_header(Line& line, Octets& bytes) {
  bytes.resize(kUnit);
  while (true) {
    const std::string_view word = line.peek().text;
    if (word == "type" || word == "left") {
      line.take();
      const auto number = line.number("a number", 0, 255);
      if (!number) return false;
      bytes[word == "type" ? 2 : 3] = static_cast<std::uint8_t>(*number);
    } else if (word == "via") {
      line.take();
      if (!append_addresses(line, bytes)) return false;
    } else {
      return set_length(bytes) || line.fail(line.peek(), "no header holds so many addresses");
    }
  }
}

// RFC 4302 2: its length counts words of four bytes, two left out. The check value is of no bytes.
bool ah_header(Line& line, Octets& bytes) {
  constexpr std::size_t kLength = 12, kSpi = 4, kSequence = 8;
  bytes.resize(kLength);
  bytes[1] = kLength / 4 - 2;
  while (true) {
    const std::string_view word = line.peek().text;
    if (word != "spi" && word != "seq") return true;
    line.take();
    const auto number = line.number("a number", 0, std::numeric_limits<std::uint32_t>::max());
    if (!number) return false;
    const std::size_t at = word == "spi" ? kSpi : kSequence;
    for (std::size_t i = 0; i < 4; ++i) {
      bytes[at + i] = static_cast<std::uint8_t>(*number >> (24 - 8 * i));
    }
  }
}

struct ExtensionWord {
  std::string_view word;
  std::uint8_t protocol;
  bool ipv4;  // goes with IPv4, too
  bool (*parse)(Line&, Octets&);
};
constexpr ExtensionWord kWords[] = {
    {"hop-by-hop", extension::hop_by_hop, false, options_header},
    {"destination", extension::destination, false, options_header},
    {"routing", extension::routing, false, routing_header},
    {"ah", extension::ah, true, ah_header},
};

// Options as `append_options` reads them; the padding at the end is left out.
std::string options_text(Bytes header) {
  std::string out;
  for (std::size_t at = 2; at < header.size();) {
    const std::uint8_t type = header.u8(at);
    const std::size_t length = type == kPad1 ? 1 : std::size_t{header.u8(at + 1)} + 2;
    const bool padding = type <= kPadN && at + length >= header.size();
    if (padding) break;
    out += fmt::format("{}{}", out.empty() ? "" : ",", type);
    if (type != kPad1) out += fmt::format(":{}", length - 2);
    at += length;
  }
  return out;
}

std::string routing_text(Bytes header) {
  std::string out;
  if (header.u8(2) != 0) out += fmt::format(" type {}", header.u8(2));
  if (header.u8(3) != 0) out += fmt::format(" left {}", header.u8(3));
  for (std::size_t at = kUnit; at + 16 <= header.size(); at += 16) {
    out += (at == kUnit ? " via " : ",") + address_text(header.ipv6(at), Family::ipv6);
  }
  return out;
}

std::string ah_text(Bytes header) {
  std::string out;
  if (header.u32(4) != 0) out += fmt::format(" spi {}", header.u32(4));
  if (header.u32(8) != 0) out += fmt::format(" seq {}", header.u32(8));
  return out;
}

std::string header_text(std::uint8_t protocol, Bytes header) {
  if (protocol == extension::routing) return routing_text(header);
  if (protocol == extension::ah) return ah_text(header);
  const std::string options = options_text(header);
  return options.empty() ? "" : " " + options;
}

}  // namespace

bool parse_extensions(Line& line, PacketSpec& packet) {
  while (true) {
    const Word word = line.peek();
    const auto* const row = std::ranges::find(kWords, word.text, &ExtensionWord::word);
    if (row == std::end(kWords) || word.quoted) return true;
    line.take();
    if (packet.family == Family::ipv4 && !row->ipv4) {
      return line.fail(word, fmt::format("{} goes with IPv6 only", in_quotes(word.text)));
    }
    ExtensionSpec header{row->protocol, {}};
    if (!row->parse(line, header.bytes)) return false;
    packet.extensions.push_back(std::move(header));
  }
}

ExtensionWords extension_words(std::span<const std::uint8_t> packet) {
  constexpr std::size_t kIpv6Header = 40;
  const Bytes bytes(packet);
  const bool six = bytes.u8(0) >> 4 == 6;
  ExtensionWords out;
  out.protocol = bytes.u8(six ? 6 : 9);
  out.end = six ? kIpv6Header : std::size_t{bytes.u8(0) & 0xfU} * 4;
  while (out.end < packet.size()) {
    const auto* const row = std::ranges::find(kWords, out.protocol, &ExtensionWord::protocol);
    if (row == std::end(kWords) || (!six && !row->ipv4)) break;
    const bool ah = row->protocol == extension::ah;
    const std::size_t units = bytes.u8(out.end + 1);
    const std::size_t length = ah ? (units + 2) * 4 : (units + 1) * kUnit;
    const Bytes header = bytes.from(out.end).first(length);
    out.words += fmt::format("{}{} ", row->word, header_text(row->protocol, header));
    out.protocol = header.u8(0);
    out.end += length;
  }
  return out;
}

}  // namespace statewall
