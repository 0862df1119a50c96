#pragma once

#include <cstdint>
#include <optional>

#include "scenario/line.h"
#include "scenario/packet_spec.h"

// What stands behind the word of a field: a number mostly, sometimes something that is written in a
// way of its own.

namespace statewall {

/// Where in a scenario a packet stands: it quotes only those before it, and quotes within quotes go
/// only so deep.
struct PacketPlace {
  std::uint32_t number = 0;  ///< counts the scenario's packets from 1
  unsigned depth = 0;        ///< of quotes around it
};

enum class FieldValue : std::uint8_t {
  none,      ///< the word says it all
  number,    ///< and all others that give a number
  address,   ///< IPv4
  dscp,      ///< a number or the name of a class
  quote,     ///< `#N`, or a packet in parentheses
  target,    ///< an address of IPv6, which becomes the payload
  payload,   ///< text in quotation marks, or bytes
  blocks,    ///< of SACK
  fragment,  ///< FROM-TO
  ip_options,
  tcp_options,
  mac,
};

/// Reads a value. What is no number is written into `packet`, and 0 returned; nothing after an
/// error. `most` is the highest number.
std::optional<std::uint32_t> take_field_value(Line& line, FieldValue value, std::uint32_t most,
                                              PacketSpec& packet, const PacketPlace& place);

/// `02:00:00:00:00:01`
std::optional<std::array<std::uint8_t, 6>> parse_mac(std::string_view text);

}  // namespace statewall
