#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "statewall/connection.h"
#include "statewall/event.h"
#include "statewall/reason.h"

// A message chart: what passed between hosts through the firewall, packet by packet, and the lives
// of the firewall's entries along its line. `replay/chart_builder.h` makes it, the renderers
// (chart_svg.h, chart_html.h, chart_mermaid.h, chart_text.h) draw it. All its text is UTF-8 on one
// line; renderers escape what their format needs.

namespace statewall {

enum class Side : std::uint8_t { left, right };

/// A line down the chart, for one host or for all those that found no line of their own.
struct Lifeline {
  Side side = Side::left;
  std::string name;       ///< its address; "7 others"
  std::size_t depth = 0;  ///< on its side: 0 is farthest from the firewall
};

/// One packet, from its source through the firewall to its destination.
struct ChartPacket {
  std::uint64_t frame = 0;
  std::size_t from = 0;  ///< indexes of `Chart::lifelines`
  std::size_t to = 0;
  std::string source;  ///< addresses
  std::string destination;
  std::string label;  ///< what it is, in short
  State state = State::none;
  Direction direction = Direction::none;
  std::uint64_t connection = 0;  ///< that it belongs to or is about; 0: none
  std::string reason;            ///< the sentence
  bool opens = false;            ///< its connection
  std::uint64_t timeout = 0;     ///< seconds that the entry has, if it opens it
  DestroyCause ends = DestroyCause::none;
};

struct ChartRow {
  enum class Kind : std::uint8_t {
    packet,
    ends,   ///< of entries, by themselves: expired, evicted
    pause,  ///< in which nothing happens
    end     ///< of the capture, later than all that is drawn, while there are entries
  };
  Kind kind = Kind::packet;
  std::uint64_t time = 0;         ///< nanoseconds since the first packet; a pause: when it begins
  std::uint64_t length = 0;       ///< of a pause, in nanoseconds
  ChartPacket packet;             ///< for packet
  std::vector<std::size_t> ends;  ///< for ends: indexes of `Chart::lives`
};

/// The life of an entry. Rows are indexes of `Chart::rows`.
struct ChartLife {
  std::uint64_t connection = 0;
  std::size_t begin = 0;               ///< the row that opens it
  std::optional<std::size_t> replied;  ///< the row whose packet is its first reply
  std::optional<std::size_t> end;      ///< nothing: it outlives the chart
  DestroyCause cause = DestroyCause::none;
  std::uint64_t end_time = 0;       ///< nanoseconds since the first packet
  std::optional<std::size_t> lane;  ///< of those side by side; nothing: there were too many
  std::uint64_t seconds_left = 0;   ///< at the end of the capture, if it outlives it
};

struct Chart {
  /// More lives at once are not drawn.
  static constexpr std::size_t kLanes = 16;

  std::string name;              ///< of the capture
  std::string settings;          ///< how it was tracked: "profile tutorial, checksums auto"
  std::uint64_t connection = 0;  ///< the only one that is drawn; 0: all
  std::vector<Lifeline> lifelines;
  std::vector<ChartRow> rows;
  std::vector<ChartLife> lives;
  std::size_t lanes = 0;           ///< taken
  std::uint64_t more_packets = 0;  ///< that follow and are not drawn; lives end with the chart
  std::uint64_t not_ip = 0;        ///< frames left out, since they have no IP addresses
};

}  // namespace statewall
