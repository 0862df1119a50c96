#pragma once

#include <cstdint>
#include <vector>

#include "rules/fixed_map.h"
#include "rules/keyed_hash.h"
#include "rules/match.h"
#include "rules/subject.h"

namespace statewall::rules {

/// The connections that one rule with `-m connlimit` has seen, by host. Those that are gone, and
/// TCP connections in TIME_WAIT or CLOSE, no longer count.
class ConnlimitMemory {
 public:
  static constexpr std::uint32_t kHosts = 1 << 14;
  static constexpr std::uint32_t kConnections = 1 << 16;

  explicit ConnlimitMemory(HostHash hash);

  /// Does the packet match, its own connection counted? Where the memory is full, the oldest host
  /// is forgotten.
  bool test(const ConnlimitMatch& match, const Subject& subject);

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Host {
    std::uint32_t first = kNone;  ///< of its connections
  };
  struct Seen {
    ConnectionId id;
    std::uint32_t next = kNone;
  };

  Host& host(const HostKey& key);
  std::uint32_t count(Host& host, const Subject& subject);
  void forget_oldest();

  FixedMap<HostKey, Host, HostHash> hosts_;
  std::vector<Seen> seen_;
  std::uint32_t free_ = kNone;
};

}  // namespace statewall::rules
