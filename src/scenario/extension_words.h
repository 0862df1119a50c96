#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "scenario/line.h"
#include "scenario/packet_spec.h"

namespace statewall {

/// IP protocol numbers of the headers that scenarios put between IP's and the transport's.
namespace extension {
inline constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment = 44, ah = 51,
                              destination = 60;
}  // namespace extension

/// Reads the headers that stand before the protocol, if any do: `hop-by-hop [TYPE:LENGTH,...]`,
/// `destination [...]`, `routing [type N] [left N] [via ADDR,...]`, `ah [spi N] [seq N]`. False
/// after an error.
bool parse_extensions(Line& line, PacketSpec& packet);

/// What such words would say of a packet.
struct ExtensionWords {
  std::string words;          ///< a blank behind each: "hop-by-hop 5:2 "
  std::size_t end = 0;        ///< where in the packet the headers end
  std::uint8_t protocol = 0;  ///< of what follows
};
/// The words make the same headers again if these hold nothing out of the ordinary.
ExtensionWords extension_words(std::span<const std::uint8_t> packet);

}  // namespace statewall
