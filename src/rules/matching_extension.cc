#include <cstddef>

#include "rules/conditions.h"
#include "rules/ipv6_headers.h"

namespace statewall::rules {
namespace {

constexpr std::uint8_t kPad1 = 0;

Matching absent(bool broken) { return broken ? Matching::drop : Matching::no; }

}  // namespace

Matching test(const FragMatch& match, const Subject& subject, MatchMemory&) {
  const auto [header, broken] = search_extension(subject.ip, extension::fragment);
  if (!header) return absent(broken);
  if (header->size() < 8) return Matching::drop;
  const std::uint16_t word = header->u16(2);
  const bool more = (word & 1) != 0, first = (word & 0xfff8) == 0;
  return to_matching(match.id.holds(header->u32(4)) &&
                     (!match.reserved || (header->u8(1) == 0 && (word & 6) == 0)) &&
                     (!match.first || first) && (!match.more || more) && (!match.last || !more));
}

namespace {

/// `--rt-0-addrs`: the header's own addresses in this order, or with others in between.
bool addresses_follow(const RtMatch& match, Bytes header, std::size_t length) {
  constexpr std::size_t kFirstAt = 8, kSize = 16;
  const std::size_t count = (length - kFirstAt) / kSize;
  const auto address = [&](std::size_t i) { return header.ipv6(kFirstAt + i * kSize); };
  if (!match.addresses_not_strict) {
    if (match.addresses.size() != count) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (address(i) != match.addresses[i]) return false;
    }
    return true;
  }
  std::size_t found = 0;
  for (std::size_t i = 0; i < count && found < match.addresses.size(); ++i) {
    if (address(i) == match.addresses[found]) ++found;
  }
  return found == match.addresses.size();
}

}  // namespace

Matching test(const RtMatch& match, const Subject& subject, MatchMemory&) {
  const auto [header, broken] = search_extension(subject.ip, extension::routing);
  if (!header) return absent(broken);
  const std::size_t length = extension_length(extension::routing, *header);
  if (header->size() < length) return Matching::drop;
  const std::uint8_t type = header->u8(2);
  const bool holds = (!match.type_given || (type == match.type) != match.type_inverted) &&
                     (!match.segments_left_given || match.segments_left.holds(header->u8(3))) &&
                     (!match.length_given || (length == match.length) != match.length_inverted) &&
                     (!match.reserved || header->u32(4) == 0);
  return to_matching(holds &&
                     (match.addresses.empty() || addresses_follow(match, *header, length)));
}

namespace {

/// `--hbh-opts`, `--dst-opts`: these options, in this order, from the first on; padding between
/// them counts only where it is asked for. The last may reach beyond the header.
bool options_follow(const OptionsMatch& match, Bytes options) {
  std::size_t at = 0;
  for (const OptionsMatch::Option& wanted : match.options) {
    if (at >= options.size()) return false;
    const std::uint8_t type = options.u8(at);
    if (type != wanted.type) return false;
    if (type == kPad1) {
      ++at;
      continue;
    }
    if (at + 1 >= options.size()) return false;
    const std::uint8_t length = options.u8(at + 1);
    if (wanted.length >= 0 && length != wanted.length) return false;
    at += std::size_t{2} + length;
  }
  return true;
}

}  // namespace

Matching test(const OptionsMatch& match, const Subject& subject, MatchMemory&) {
  const std::uint8_t kind = match.destination ? extension::destination : extension::hop_by_hop;
  const auto [header, broken] = search_extension(subject.ip, kind);
  if (!header) return absent(broken);
  const std::size_t length = extension_length(kind, *header);
  if (header->size() < length) return Matching::drop;
  if (match.length_given && (length == match.length) == match.length_inverted) {
    return Matching::no;
  }
  return to_matching(options_follow(match, header->first(length).from(2)));
}

}  // namespace statewall::rules
