#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "rules/fixed_map.h"
#include "rules/keyed_hash.h"
#include "rules/match.h"
#include "rules/subject.h"

namespace statewall::rules {

/// A list of `-m recent`: the addresses that were seen, and when. Rules that name the same list
/// share it, those of the other family too, and the mask of the first.
class RecentList {
 public:
  /// The kernel's defaults, ip_list_tot and the longest --hitcount.
  static constexpr std::uint32_t kAddresses = 100;
  static constexpr std::uint32_t kMostStamps = 256;

  RecentList(const Address& mask, HostHash hash) : mask_(mask), entries_(kAddresses, hash) {}

  /// Before the first packet: a rule counts up to so many hits.
  void expect_hits(std::uint32_t hitcount);

  bool test(const RecentMatch& match, const Subject& subject);

  /// Takes the addresses of a list of another ruleset, if they are kept in the same way: with its
  /// mask, and no fewer stamps than this list needs.
  void take_over(RecentList& before);

  /// What a list takes.
  static std::size_t bytes();

 private:
  struct Entry {
    std::uint8_t ttl = 0;
    std::uint32_t stamps = 0;  ///< how many there are
    std::uint32_t next = 0;    ///< where the next one goes
    std::array<Nanoseconds, kMostStamps> stamp{};
  };

  HostKey key_of(const RecentMatch& match, const Subject& subject) const;
  /// The packet's entry; with --rttl only if its TTL is that of the packet.
  Entry* find(const HostKey& key, bool by_ttl, std::uint8_t ttl);
  void update(Entry& entry, std::uint8_t ttl, Nanoseconds now);
  void insert(const HostKey& key, std::uint8_t ttl, Nanoseconds now);
  static bool hit(const RecentMatch& match, const Entry& entry, Nanoseconds since);
  void reap(Nanoseconds since, const Entry* spared);

  Address mask_;
  FixedMap<HostKey, Entry, HostHash> entries_;
  std::uint32_t stamp_slots_ = 16;
};

/// All lists of a firewall, by name.
class RecentLists {
 public:
  explicit RecentLists(HostHash hash) : hash_(hash) {}
  /// The list of the match's name, made if there is none. It stays where it is.
  RecentList& of(const RecentMatch& match);

  /// Takes what the lists of another ruleset know under the same names.
  void take_over(RecentLists& before);

 private:
  HostHash hash_;
  std::map<std::string, RecentList, std::less<>> lists_;
};

}  // namespace statewall::rules
