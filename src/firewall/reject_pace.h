#pragma once

#include <cstdint>

#include "rules/fixed_map.h"
#include "rules/keyed_hash.h"
#include "rules/token_bucket.h"
#include "statewall/address.h"
#include "statewall/time.h"

namespace statewall {

/// How often kernels 2.4 send ICMP errors to one host: once a second, after a burst of six (H17).
class RejectPace {
 public:
  explicit RejectPace(rules::HostHash hash) : hosts_(kHosts, hash) {}

  /// May an error go to this host now? It counts as sent then.
  bool take(const Address& host, Family family, Nanoseconds now) {
    rules::HostKey key;
    key.source = host;
    key.family = static_cast<std::uint16_t>(family);
    rules::TokenBucket* pace = hosts_.find(key);
    if (!pace) {
      if (hosts_.full()) hosts_.erase(*hosts_.oldest());
      pace = &hosts_.insert(key, rules::TokenBucket(kPeriod, kBurst));
    }
    hosts_.touch(*pace);
    return pace->take(now);
  }

 private:
  static constexpr std::uint32_t kHosts = 1 << 12;  ///< of more, the oldest are forgotten
  static constexpr std::uint64_t kPeriod = kNanosecondsPerSecond, kBurst = 6;

  rules::FixedMap<rules::HostKey, rules::TokenBucket, rules::HostHash> hosts_;
};

}  // namespace statewall
