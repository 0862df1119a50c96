#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernel/netlink_message.h"
#include "rules/ruleset.h"
#include "statewall/packet.h"

// What the kernel's NFQUEUE says and is told (linux/netfilter/nfnetlink_queue.h).

namespace statewall {

/// A packet that waits for its verdict. Its bytes are those of the message.
struct QueuedPacket {
  std::uint32_t id = 0;
  rules::Hook hook = rules::Hook::forward;
  std::span<const std::uint8_t> payload;  ///< from the IP header on
  std::uint32_t length = 0;               ///< of the packet, where it is more than the payload
  std::uint32_t mark = 0;
  std::uint32_t in = 0, out = 0;  ///< indexes of interfaces; 0: none
  std::span<const std::uint8_t> source_mac;
  /// A transport checksum that the network card is to compute is not there yet, as is one that
  /// segmentation needs.
  bool checksum_not_ready = false;
};

/// Nothing if it is another message, or has neither id nor payload.
std::optional<QueuedPacket> read_queued_packet(const NetlinkMessage& message);

/// Messages to the kernel: verdicts, one behind the other, in one buffer for one call.
class VerdictMessages {
 public:
  explicit VerdictMessages(std::uint16_t queue) : queue_(queue) {}

  struct Change {
    std::optional<std::uint32_t> mark;
    std::span<const std::uint8_t> payload;  ///< empty: as it came
  };
  void add(std::uint32_t id, bool accept, const Change& change);
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }

 private:
  const std::uint16_t queue_;
  std::vector<std::uint8_t> bytes_;
};

/// What is asked of a queue before packets come.
struct QueueSetup {
  std::uint16_t number = 0;
  std::uint32_t length = 4096;  ///< packets that may wait for their verdict
  bool fail_open = false;       ///< where there are more: they pass, else they are dropped
};

/// The messages that set a queue up, in their order: each a netlink message of its own.
std::vector<std::vector<std::uint8_t>> queue_setup_messages(const QueueSetup& setup);

}  // namespace statewall
