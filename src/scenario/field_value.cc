#include "scenario/field_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <vector>

#include "scenario/hex.h"
#include "scenario/packet_words.h"

namespace statewall {
namespace {

using U32 = std::uint32_t;

constexpr U32 kMost32 = std::numeric_limits<U32>::max();
constexpr U32 kMostDscp = 63;
constexpr std::size_t kMostSackBlocks = 4;
constexpr std::size_t kMostOptions = 40;  // of IPv4 and TCP both
constexpr unsigned kMostDepth = 4;        // of quotes within quotes

std::optional<U32> packet_reference(Line& line, U32 own_number) {
  const Word word = line.take();
  const auto number =
      word.text.starts_with('#') ? parse_number(word.text.substr(1), kMost32) : std::nullopt;
  if (!number || *number == 0 || word.quoted) {
    line.fail_expected("the number of a packet, like #1, or a packet in parentheses", word);
    return {};
  }
  if (*number < own_number) return number;
  line.fail(word, fmt::format("{} does not come before this packet, which is #{}",
                              in_quotes(word.text), own_number));
  return {};
}

bool quote(Line& line, PacketSpec& packet, const PacketPlace& place) {
  if (line.peek().text != "(" || line.peek().quoted) {
    const auto number = packet_reference(line, place.number);
    packet.quoting = number.value_or(0);
    return number.has_value();
  }
  const Word at = line.take();
  if (place.depth == kMostDepth) return line.fail(at, "quotes within quotes go no deeper");
  packet.quoted.resize(1);
  return parse_packet_words(line, packet.quoted[0], {place.number, place.depth + 1}) &&
         line.literal(")");
}

bool target(Line& line, PacketSpec& packet) {
  const Word word = line.take();
  const auto host = parse_host(word.text);
  if (!host || host->family != Family::ipv6 || word.quoted) {
    return line.fail_expected("an IPv6 address", word);
  }
  packet.payload.emplace(host->address.bytes.begin(), host->address.bytes.end());
  return true;
}

bool payload(Line& line, PacketSpec& packet) {
  const Word word = line.take();
  std::vector<std::uint8_t>& bytes = packet.payload.emplace();
  if (word.quoted) {
    bytes.assign(word.text.begin(), word.text.end());
    return true;
  }
  return append_hex(bytes, word.text) ||
         line.fail_expected("text in quotation marks, or bytes in hexadecimal", word);
}

// `LEFT-RIGHT`, up to four of them joined by commas.
bool sack_blocks(Line& line, std::vector<SackBlock>& blocks) {
  const Word word = line.take();
  std::string_view rest = word.text;
  do {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view text = rest.substr(0, end);
    const std::size_t dash = std::min(text.find('-'), text.size());
    const auto left = parse_number(text.substr(0, dash), kMost32);
    const auto right = parse_number(text.substr(std::min(dash + 1, text.size())), kMost32);
    if (!left || !right || word.quoted || blocks.size() == kMostSackBlocks) {
      return line.fail_expected("up to four SACK blocks, like 1000-2000,3000-4000", word);
    }
    blocks.push_back({*left, *right});
    rest.remove_prefix(end);
    if (rest.empty()) return true;
    rest.remove_prefix(1);
  } while (true);
}

// `FROM-TO`, `FROM-`
bool fragment(Line& line, PacketSpec& packet) {
  constexpr U32 kUnit = 8, kMost = 65528;
  const Word word = line.take();
  const std::size_t dash = std::min(word.text.find('-'), word.text.size());
  const std::string_view end = word.text.substr(std::min(dash + 1, word.text.size()));
  const auto from = parse_number(word.text.substr(0, dash), kMost);
  const auto to = end.empty() ? FragmentRange::kEnd : parse_number(end, 0xffff);
  if (!from || !to || word.quoted || dash == word.text.size() || *to <= *from) {
    return line.fail_expected("part of a packet, like 0-1480 or 1480-", word);
  }
  if (*from % kUnit != 0) return line.fail(word, "a fragment begins at a multiple of 8 bytes");
  packet.fragment = FragmentRange{*from, *to};
  return true;
}

bool options(Line& line, std::vector<std::uint8_t>& bytes) {
  const Word word = line.take();
  if (!append_hex(bytes, word.text) || bytes.size() > kMostOptions) {
    return line.fail_expected("up to 40 bytes, two hexadecimal digits each", word);
  }
  return true;
}

bool mac(Line& line, PacketSpec& packet) {
  const Word word = line.take();
  packet.mac = word.quoted ? std::nullopt : parse_mac(word.text);
  return packet.mac || line.fail_expected("a link address like 02:00:00:00:00:01", word);
}

// RFC 2474 (CS), RFC 2597 (AF), RFC 3246 (EF), RFC 5865 (VA), RFC 8622 (LE).
std::optional<U32> dscp_class(std::string_view name) {
  if (name == "ef") return 46;
  if (name == "va") return 44;
  if (name == "le") return 1;
  const auto number = parse_number(name.substr(std::min<std::size_t>(2, name.size())), kMostDscp);
  if (!number) return {};
  const U32 high = *number / 10, low = *number % 10;
  if (name.starts_with("cs") && name.size() == 3 && low < 8) return low * 8;
  const bool assured = high >= 1 && high <= 4 && low >= 1 && low <= 3;
  if (name.starts_with("af") && name.size() == 4 && assured) return high * 8 + low * 2;
  return {};
}

std::optional<U32> dscp(Line& line) {
  const Word word = line.take();
  auto value = parse_any_number(word.text, kMostDscp);
  if (!value) value = dscp_class(word.text);
  if (value && !word.quoted) return value;
  line.fail_expected("a number (0 to 63) or a class like ef, af11 or cs1", word);
  return {};
}

std::optional<U32> address(Line& line) {
  const auto host = line.address("an IPv4 address");
  if (!host) return {};
  const auto& b = host->bytes;
  return U32{b[0]} << 24 | U32{b[1]} << 16 | U32{b[2]} << 8 | U32{b[3]};
}

bool take_other(Line& line, FieldValue value, PacketSpec& packet, const PacketPlace& place) {
  switch (value) {
    case FieldValue::quote: return quote(line, packet, place);
    case FieldValue::target: return target(line, packet);
    case FieldValue::payload: return payload(line, packet);
    case FieldValue::blocks: return sack_blocks(line, packet.tcp_sack);
    case FieldValue::fragment: return fragment(line, packet);
    case FieldValue::ip_options: return options(line, packet.ip_options);
    case FieldValue::tcp_options: return options(line, packet.tcp_options);
    case FieldValue::mac: return mac(line, packet);
    case FieldValue::none:
    case FieldValue::number:
    case FieldValue::address:
    case FieldValue::dscp: break;
  }
  return true;
}

}  // namespace

std::optional<U32> take_field_value(Line& line, FieldValue value, U32 most, PacketSpec& packet,
                                    const PacketPlace& place) {
  if (value == FieldValue::number) return line.number("a number", 0, most);
  if (value == FieldValue::address) return address(line);
  if (value == FieldValue::dscp) return dscp(line);
  if (!take_other(line, value, packet, place)) return {};
  return 0;
}

std::optional<std::array<std::uint8_t, 6>> parse_mac(std::string_view text) {
  constexpr std::size_t kLength = 6 * 3 - 1;
  if (text.size() != kLength) return {};
  std::vector<std::uint8_t> bytes;
  for (std::size_t at = 0; at < kLength; at += 3) {
    if (at != 0 && text[at - 1] != ':') return {};
    if (!append_hex(bytes, text.substr(at, 2))) return {};
  }
  if (bytes.size() != 6) return {};
  std::array<std::uint8_t, 6> mac{};
  std::ranges::copy(bytes, mac.begin());
  return mac;
}

}  // namespace statewall
