#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "statewall/address.h"
#include "statewall/result.h"
#include "traffic/mix.h"
#include "verify/side_by_side.h"

// Generated traffic through both trackers, and what is left of it where they part.

namespace statewall {

struct CampaignConfig {
  TrafficMix mix;
  std::uint64_t packets = 2000;  ///< of each seed
  std::size_t most_runs = 400;   ///< that a seed with a difference may be played anew to shrink it
};

/// A whole IP packet, and the family that its link says.
struct CampaignPacket {
  std::vector<std::uint8_t> bytes;
  Family family = Family::ipv4;
};

/// Where two trackers part: in the last of these packets, or in their tables behind them all.
struct CampaignDifference {
  std::vector<CampaignPacket> packets;
  std::optional<BothVerdicts> packet;  ///< verdicts on the last one
  TableDifference tables;              ///< where no packet differs
  std::size_t entries = 0;             ///< of the kernel's table then
};

/// What became of packets, of one seed or given.
struct SeedVerdict {
  std::uint64_t packets = 0;  ///< up to the first that differs
  std::uint64_t compared = 0;
  std::optional<CampaignDifference> difference;
  std::uint64_t number = 0;  ///< of the packet that differs, from 1; 0: the tables at the end
  bool again = false;        ///< there was one again when the same packets were played anew
  bool minimal = false;      ///< no packet can be left out of it alone
  std::size_t runs = 0;      ///< how often it was played anew

  bool differs() const { return difference && again; }
};

/// Plays a seed's traffic from two empty tables to the first packet that differs, or to the end,
/// where the tables are compared. If there is a difference it plays the seed again, tells what came
/// then, and if there is one again shrinks it, but for `most_runs` of 0. An Error is one of this
/// machine.
Result<SeedVerdict> play_seed(SideBySide& both, std::uint64_t seed, const CampaignConfig& config);

/// Plays packets, numbered from 1, once: to the first that differs, or to the end. An Error is one
/// of this machine.
Result<SeedVerdict> play_packets(SideBySide& both, std::span<const CampaignPacket> packets);

/// As a scenario, which says what the kernel does, under comments that show both. `head` is what
/// stands before the packets, ended by a newline: settings, comments.
std::string scenario_of(const CampaignDifference& difference, const std::string& head);

}  // namespace statewall
