#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "replay/reading.h"
#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/reassembly.h"
#include "statewall/time.h"
#include "system/table_memory.h"

namespace statewall {

/// The reassembly in front of a world's tracker. It takes memory when the first fragment comes.
class Defragmenter {
 public:
  Defragmenter(const Profile& profile, const std::array<std::uint64_t, 2>& hash_key,
               const FrameReading& reading);

  /// Is this a packet for it, by the profile's switches?
  bool concerns(const Packet& packet) const {
    const bool wanted = packet.headers.family == Family::ipv6 ? ipv6_ : ipv4_;
    return wanted && Reassembly::concerns(packet);
  }

  /// What becomes of a packet; `frame` are the bytes that it was read from.
  Reassembled take(const Packet& packet, std::span<const std::uint8_t> frame, Zone zone,
                   Nanoseconds now);

  /// The datagram that was completed by the last call, read like a frame.
  Packet read(const Reassembled& whole) const;

 private:
  Reassembly* reassembly();

  bool ipv4_, ipv6_;
  ReassemblyConfig config_;
  FrameReading reading_;
  std::optional<TableMemory> memory_;
  Reassembly* reassembly_ = nullptr;
  std::vector<std::uint8_t> room_;
};

}  // namespace statewall
