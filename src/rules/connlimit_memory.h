#pragma once

#include <cstdint>
#include <vector>

#include "rules/fixed_map.h"
#include "rules/keyed_hash.h"
#include "rules/match.h"
#include "rules/subject.h"

namespace statewall::rules {

/// The connections whose packets one rule with `-m connlimit` has seen, by the address of the
/// packet. Those that are gone, and TCP connections in TIME_WAIT or CLOSE, no longer count.
class ConnlimitMemory {
 public:
  static constexpr std::uint32_t kHosts = 1 << 14;
  static constexpr std::uint32_t kConnections = 1 << 16;

  explicit ConnlimitMemory(HostHash hash);

  /// How many connections the packet's host has, that of the packet included, or the packet itself
  /// where it has none. 0: the kernel drops the packet, since it cannot tell whose it is, or since
  /// its connection is closed, and the host has no other. Where the memory is full, the oldest
  /// hosts are forgotten.
  std::uint32_t count(const ConnlimitMatch& match, const Subject& subject);

  /// What each takes.
  static std::size_t bytes();

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Host {
    std::uint32_t first = kNone;  ///< of its connections
  };
  struct Seen {
    ConnectionId id;
    std::uint32_t next = kNone;
  };
  struct Living {
    std::uint32_t count = 0;
    bool mine = false;  ///< that of the packet is among them
  };

  Living remove_gone(Host& host, const Subject& subject);
  bool add(Host& host, ConnectionId id);
  void remove(std::uint32_t* link);
  void forget_oldest();

  FixedMap<HostKey, Host, HostHash> hosts_;
  std::vector<Seen> seen_;
  std::uint32_t free_ = kNone;
};

}  // namespace statewall::rules
