#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "system/descriptor.h"

namespace statewall {

/// Packets of one queue that the kernel dropped, or let pass, since the firewall did not take them.
struct QueueDrops {
  std::uint16_t queue = 0;
  std::uint64_t full = 0;    ///< as many waited as may
  std::uint64_t socket = 0;  ///< the firewall's socket had no room

  friend bool operator==(const QueueDrops&, const QueueDrops&) = default;
};

/// Of a text like /proc/net/netfilter/nfnetlink_queue, the queues from `first` on, so many. Lines
/// that are not understood are left out.
std::vector<QueueDrops> read_queue_drops(std::string_view text, std::uint64_t first,
                                         std::uint64_t count);

/// The kernel's own table of queues. Thread-safe.
class QueueTable {
 public:
  QueueTable() = default;  ///< of no queue
  /// Of the queues from `first` on, so many. Opened now, since a user with less privileges may not;
  /// where nobody may, nothing is told.
  static QueueTable open(std::uint64_t first, std::uint64_t count);

  std::vector<QueueDrops> drops() const;

 private:
  Descriptor file_;
  std::uint64_t first_ = 0, count_ = 0;
};

}  // namespace statewall
