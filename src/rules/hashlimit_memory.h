#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "rules/fixed_map.h"
#include "rules/hashlimit_rate.h"
#include "rules/keyed_hash.h"
#include "rules/match.h"
#include "rules/subject.h"
#include "rules/token_bucket.h"

namespace statewall::rules {

/// The rates of `-m hashlimit` by one name, one for each of the hosts (and ports) that its mode
/// tells apart. Rules of one family that name the same share them, and all of them count as the
/// first says.
class HashlimitMemory {
 public:
  /// Most hosts at once where the rule does not say.
  static constexpr std::uint32_t kHosts = 1 << 16;

  HashlimitMemory(const HashlimitMatch& first, HostHash hash);

  enum class Answer : std::uint8_t {
    below,
    above,
    drop  ///< a host more than there is room for, or no ports to be read: the packet is dropped
  };
  Answer test(const Subject& subject);

  /// What that of this match takes.
  static std::size_t bytes(const HashlimitMatch& first);

 private:
  struct Host {
    Nanoseconds expires = 0;
    // One of these counts, by what the rule says.
    TokenBucket packets;
    ByteRate bytes;
    IntervalRate interval;
  };

  Host* host(const HostKey& key, Nanoseconds now);
  Host fresh() const;
  bool take(Host& host, const Subject& subject) const;

  HashlimitMatch first_;
  FixedMap<HostKey, Host, HostHash> hosts_;
};

/// All of them of one family, by name.
class HashlimitMemories {
 public:
  /// That of the match's name, made if there is none. It stays where it is.
  HashlimitMemory& of(const HashlimitMatch& match, HostHash hash);

 private:
  std::map<std::string, HashlimitMemory, std::less<>> all_;
};

}  // namespace statewall::rules
