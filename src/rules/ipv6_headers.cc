#include "rules/ipv6_headers.h"

namespace statewall::rules {
namespace {

constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kNextHeaderAt = 6;

bool is_extension(std::uint8_t kind) {
  return kind == extension::hop_by_hop || kind == extension::routing ||
         kind == extension::fragment || kind == extension::authentication ||
         kind == extension::destination;
}

}  // namespace

std::size_t extension_length(std::uint8_t kind, Bytes header) {
  if (kind == extension::fragment) return 8;
  const std::size_t units = header.u8(1);
  return kind == extension::authentication ? (units + 2) * 4 : (units + 1) * 8;
}

std::optional<Bytes> find_extension(Bytes ip, std::uint8_t kind) {
  std::uint8_t next = ip.u8(kNextHeaderAt);
  Bytes rest = ip.from(kIpv6Header);
  while (is_extension(next) && rest.size() >= 2) {
    if (next == kind) return rest;
    const std::uint8_t here = next;
    next = rest.u8(0);
    rest = rest.from(extension_length(here, rest));
  }
  return std::nullopt;
}

}  // namespace statewall::rules
