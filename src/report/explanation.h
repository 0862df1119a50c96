#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/lesson.h"
#include "statewall/connection.h"
#include "statewall/event.h"
#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/time.h"
#include "statewall/tracker.h"

// All that is told about one packet of a capture: what `statewall explain` prints.

namespace statewall {

/// A moment of a capture.
struct FramePoint {
  std::uint64_t frame = 0;  ///< 0: between two frames, by the clock
  Nanoseconds time = 0;
};

/// A connection's life up to a moment.
struct ConnectionHistory {
  ConnectionId id;
  Tuple original;
  Tuple reply;
  FramePoint opened;
  FramePoint last;  ///< its last packet, or the last error about it
  std::uint64_t original_packets = 0;
  std::uint64_t reply_packets = 0;
  std::uint64_t errors = 0;  ///< ICMP errors about it; not among the packets
  DestroyCause end = DestroyCause::none;
  FramePoint ended;
};

/// What was looked up in the table.
struct LookedUp {
  Tuple tuple;
  bool quoted = false;  ///< the quoted packet's, not the packet's own
};

/// A connection that the packet would have met but for one field.
struct NearMiss {
  Connection connection;
  std::string_view field;  ///< "id", "source port": of the tuple that was looked up
};

/// What the packet would have been in another world.
struct Alternative {
  std::string name;  ///< "icmp_timeout=5", "linux-2.4"
  Observation seen;
};

struct Explanation {
  std::string_view file;
  FramePoint at;        ///< as it was captured
  Nanoseconds now = 0;  ///< the tracker's clock, which never runs backwards
  LinkType link = LinkType::ethernet;
  std::size_t original_length = 0;
  std::vector<std::uint8_t> bytes;  ///< of the frame, as far as they were captured

  Packet packet;
  Packet subject;  ///< what was tracked: the packet, or the datagram that it completed
  Observation observation;
  std::optional<LookedUp> looked_up;            ///< nothing: the packet alone decided
  std::optional<Connection> found;              ///< by that tuple, as it was before the packet
  Direction found_direction = Direction::none;  ///< in which the tuple matches it
  std::optional<Connection> after;  ///< that connection, or the one it opened, after the packet
  std::vector<Event> events;        ///< that the packet caused

  std::optional<ConnectionHistory> history;  ///< of `found`, before this packet
  std::optional<ConnectionHistory> earlier;  ///< nothing found: the last that had this tuple
  std::vector<NearMiss> near;                ///< nothing found: the newest of them
  std::uint64_t near_count = 0;              ///< how many there are

  std::vector<Alternative> profiles;  ///< each, as it is by default
  std::vector<Alternative> switches;  ///< changes of one switch that change the packet's state
};

}  // namespace statewall
