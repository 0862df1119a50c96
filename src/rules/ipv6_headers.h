#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/bytes.h"

namespace statewall::rules {

/// IPv6 extension headers by their number.
namespace extension {
inline constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment = 44, authentication = 51,
                              destination = 60;
}  // namespace extension

bool is_extension(std::uint8_t kind);

/// The first extension header of this kind in an IPv6 packet: its bytes and all behind it. Nothing
/// if the packet has none, or ends before it.
std::optional<Bytes> find_extension(Bytes ip, std::uint8_t kind);

/// The same, and whether the packet ended before that could be told.
struct ExtensionSearch {
  std::optional<Bytes> header;
  bool broken = false;
};
ExtensionSearch search_extension(Bytes ip, std::uint8_t kind);

/// How many bytes an extension header says that it has (RFC 8200 4, RFC 4302 2.2).
std::size_t extension_length(std::uint8_t kind, Bytes header);

}  // namespace statewall::rules
