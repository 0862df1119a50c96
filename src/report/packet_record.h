#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "report/decision_record.h"
#include "statewall/packet.h"
#include "statewall/time.h"
#include "statewall/tracker.h"
#include "statewall/tunnel.h"

namespace statewall {

/// What the capture tells of a frame beside its bytes (pcapng); any bytes.
struct FrameNotes {
  std::optional<std::uint64_t> interface;  ///< that it was captured at, from 0
  std::string_view interface_name;         ///< empty without one
  std::vector<std::string_view> comments;
};

/// One packet of a capture and what became of it: what a line of a report tells. It refers to its
/// parts and lives no longer than they do.
struct PacketRecord {
  std::string_view file;    ///< as the user named it
  std::uint64_t frame = 0;  ///< its number in that file, from 1
  Nanoseconds time = 0;     ///< since the Unix epoch
  const Packet& packet;
  const Observation& observation;     ///< with connection numbers that are unique in the run
  const InnerPath* path = nullptr;    ///< if not null: the tunnels that carried the packet
  const FrameNotes* notes = nullptr;  ///< if not null: what else the capture tells
  const Packet* tracked = nullptr;    ///< if not null: what was tracked, perhaps the datagram that
                                      ///< this packet completed
  /// The frame's bytes, if it holds a fragment or rules want them.
  std::span<const std::uint8_t> bytes = {};

  const DecisionRecord* decision = nullptr;  ///< if not null: what a firewall did with it
  const Rulesets* rulesets = nullptr;        ///< ... by which rules
  LinkType link = LinkType::raw;             ///< ... and the frame's link

  /// What the observation is about.
  const Packet& subject() const { return tracked ? *tracked : packet; }
};

}  // namespace statewall
