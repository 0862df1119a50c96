#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "firewall/firewall.h"
#include "live/rules_in_force.h"
#include "statewall/packet.h"
#include "statewall/time.h"

namespace statewall {

/// A packet that somebody wanted to see, and what became of it.
struct LoggedPacket {
  /// Bytes of the frame that are kept: headers, and the quote of an ICMP error.
  static constexpr std::size_t kKept = 256;

  Nanoseconds time = 0;
  std::uint64_t number = 0;  ///< counts its worker's packets
  Packet packet;             ///< as tracked
  LinkType link = LinkType::raw;
  std::uint16_t kept = 0;
  std::array<std::uint8_t, kKept> bytes{};  ///< that `packet` was read from: the first ones
  Decision decision;                        ///< its interfaces are those below
  std::string in, out;
  std::shared_ptr<const RulesInForce> rules;  ///< that decided
};

/// Which packets are wanted.
struct PacketWatch {
  bool not_accepted = false;     ///< each that was dropped or rejected, or had no verdict at all
  std::uint64_t connection = 0;  ///< each of the connection of this number
  bool everything = false;
  bool any() const { return everything || not_accepted || connection != 0; }
};

/// What one worker has to tell until somebody takes it: bounded, and what found no room is counted.
struct WorkerNews {
  static constexpr std::size_t kMostPackets = 4096;

  std::vector<LoggedPacket> packets;
  std::uint64_t packets_lost = 0;
};

/// The same of what LOG says.
struct WorkerLog {
  static constexpr std::size_t kMostLines = 1024;

  std::vector<std::string> lines;
  std::uint64_t lost = 0;
};

}  // namespace statewall
