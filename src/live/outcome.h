#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "firewall/firewall.h"
#include "statewall/packet.h"

namespace statewall {

/// A frame that came in, and where. The bytes and names must live until it was handled.
struct LiveFrame {
  std::span<const std::uint8_t> bytes;
  LinkType link = LinkType::ethernet;
  ChecksumMode checksums = ChecksumMode::verify;
  std::size_t length = 0;    ///< on the wire, where it is more than there are bytes
  std::string_view in, out;  ///< interfaces; empty: none, or unknown
  std::uint8_t side = 0;     ///< 0 to 15; fragments of two sides are not put together
  /// Input, forward or output, where the kernel decided it; else the topology does.
  std::optional<rules::Hook> way;
  std::uint32_t mark = 0;
  /// Of a frame whose bytes begin with IP: what is known of its Ethernet header.
  std::span<const std::uint8_t> link_header = {};
};

/// What is to become of a frame.
enum class Fate : std::uint8_t {
  pass,
  drop,
  hold,     ///< a fragment: until its datagram is complete, whose fate it shares
  no_rules  ///< carries no IP that is known of: none of the firewall's business
};

struct LiveOutcome {
  Fate fate = Fate::drop;
  const Decision& decision;
  const Packet& packet;  ///< as the frame was read
  /// The frame is held for this datagram, or completes it: what was held for it has the frame's
  /// fate. 0: neither. Those of a datagram that is given up are told nothing of, and wait in vain.
  std::uint64_t datagram = 0;
};

/// Who brought the frames is told what becomes of them, in their order.
class FrameSink {
 public:
  virtual ~FrameSink() = default;

  /// `index` is that of the frame in its batch.
  virtual void decided(std::size_t index, const LiveOutcome& outcome) = 0;

  /// An IP packet that answers the frame (REJECT), to be sent to its sender; `refused` is as the
  /// frame was read. Valid during the call.
  virtual void answer(std::size_t index, const Packet& refused,
                      std::span<const std::uint8_t> packet) = 0;
};

}  // namespace statewall
