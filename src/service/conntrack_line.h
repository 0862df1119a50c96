#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "statewall/saved_connection.h"

namespace statewall {

/// Why a line that is understood brings no connection.
enum class LeftOut : std::uint8_t {
  translated,       ///< the reply direction is not the mirror of the original one
  zone_of_one_way,  ///< the directions are in different zones
  no_query,         ///< ICMP of a type that asks nothing
  other_keys,       ///< a protocol that Statewall does not tell apart by ports: DCCP
  no_state,         ///< TCP of which no packet was seen
  expectation       ///< an expectation of kernels 2.4, no connection
};
inline constexpr std::size_t kLeftOut = 6;

/// What such connections are, for people, behind their number: "3 with translated addresses or
/// ports".
std::string_view sentence(LeftOut reason);

/// What one line of a table says.
struct ConntrackLine {
  enum class Outcome : std::uint8_t {
    blank,       ///< nothing: it is empty, or conntrack's own last words
    connection,  ///< `saved`
    left_out,    ///< for `reason`
    wrong        ///< `message` says why, `column` and `width` where
  };
  Outcome outcome = Outcome::blank;
  SavedConnection saved;
  LeftOut reason = LeftOut::translated;
  std::string message;
  std::uint32_t column = 1;  ///< from 1, in bytes
  std::uint32_t width = 1;
};

/// Takes any bytes. The line stands without its end.
ConntrackLine read_conntrack_line(std::string_view line);

}  // namespace statewall
