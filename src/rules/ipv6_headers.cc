#include "rules/ipv6_headers.h"

namespace statewall::rules {
namespace {

constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kNextHeaderAt = 6;
constexpr std::uint16_t kFragmentOffset = 0xfff8;

}  // namespace

bool is_extension(std::uint8_t kind) {
  return kind == extension::hop_by_hop || kind == extension::routing ||
         kind == extension::fragment || kind == extension::authentication ||
         kind == extension::destination;
}

std::size_t extension_length(std::uint8_t kind, Bytes header) {
  if (kind == extension::fragment) return 8;
  const std::size_t units = header.u8(1);
  return kind == extension::authentication ? (units + 2) * 4 : (units + 1) * 8;
}

std::optional<Bytes> find_extension(Bytes ip, std::uint8_t kind) {
  return search_extension(ip, kind).header;
}

ExtensionSearch search_extension(Bytes ip, std::uint8_t kind) {
  std::uint8_t next = ip.u8(kNextHeaderAt);
  Bytes rest = ip.from(kIpv6Header);
  while (is_extension(next)) {
    const std::size_t telling = next == extension::fragment || next == extension::routing ? 4 : 2;
    if (rest.size() < telling) return {std::nullopt, true};
    if (next == kind) return {rest, false};
    // Behind the header of a later fragment there are no headers.
    if (next == extension::fragment && (rest.u16(2) & kFragmentOffset) != 0) break;
    const std::uint8_t here = next;
    next = rest.u8(0);
    rest = rest.from(extension_length(here, rest));
  }
  return {};
}

}  // namespace statewall::rules
