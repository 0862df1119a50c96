#pragma once

#include <cstdint>

#include "rules/fixed_map.h"
#include "rules/keyed_hash.h"
#include "rules/match.h"
#include "rules/subject.h"
#include "rules/token_bucket.h"

namespace statewall::rules {

/// The rates of one rule with `-m hashlimit`, one for each of the hosts (and ports) that its mode
/// tells apart.
class HashlimitMemory {
 public:
  /// Most hosts at once where the rule does not say.
  static constexpr std::uint32_t kHosts = 1 << 16;

  HashlimitMemory(const HashlimitMatch& match, HostHash hash);

  enum class Answer : std::uint8_t { no, yes, full };
  /// `full`: a host more than there is room for; the kernel drops its packet.
  Answer test(const HashlimitMatch& match, const Subject& subject);

 private:
  struct Host {
    HostKey key;
    TokenBucket bucket;
    Nanoseconds expires = 0;
    // --hashlimit-rate-match
    Nanoseconds interval_ends = 0;
    std::uint64_t in_interval = 0, in_last = 0;
  };

  Host* host(const HashlimitMatch& match, const Subject& subject);
  bool exceeds_rate(const HashlimitMatch& match, Host& host, std::uint64_t cost, Nanoseconds now);

  FixedMap<HostKey, Host, HostHash> hosts_;
};

}  // namespace statewall::rules
