#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "replay/world.h"
#include "report/packet_record.h"
#include "statewall/event.h"

namespace statewall {

/// A packet that REJECT sent.
struct Answer {
  const Packet& packet;
  const Observation& observation;
  std::span<const std::uint8_t> bytes;
  const DecisionRecord& decision;
};

/// Somebody who watches captures being played: prints packets, counts them, keeps a ledger.
/// `Playback` calls these in the order in which things happen.
class View {
 public:
  virtual ~View() = default;

  /// A capture begins, or with --merge all of them: `file` is the first.
  virtual void begin(std::string_view) {}

  /// A packet was let out. `shown`: the user chose it; all others were tracked all the same.
  virtual void packet(const PacketRecord&, bool /*shown*/) {}

  /// What the firewall answered to the packet before, which it refused: an IP packet, and what
  /// became of it.
  virtual void answer(const PacketRecord& /*cause*/, const Answer&, bool /*shown*/) {}

  /// Behind the packet that caused it.
  virtual void event(const Event&, bool /*shown*/) {}

  /// A moment of which the user wants to see the table.
  virtual void table(const World&, Nanoseconds) {}

  /// The capture has ended; the clock of the world is at its last frame.
  virtual void end(const World&) {}
};

}  // namespace statewall
