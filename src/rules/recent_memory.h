#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/fixed_map.h"
#include "rules/keyed_hash.h"
#include "rules/match.h"
#include "rules/subject.h"

namespace statewall::rules {

/// A list of `-m recent`: the addresses that were seen, and when. Rules that name the same list
/// share it, those of the other family too.
class RecentList {
 public:
  /// The kernel's defaults, ip_list_tot and the longest --hitcount.
  static constexpr std::uint32_t kAddresses = 100;
  static constexpr std::uint32_t kMostStamps = 256;

  RecentList(std::string_view name, HostHash hash) : name_(name), entries_(kAddresses, hash) {}

  const std::string& name() const { return name_; }
  /// Before the first packet: a rule counts up to so many hits.
  void expect_hits(std::uint32_t hitcount);

  bool test(const RecentMatch& match, const Subject& subject);

 private:
  struct Entry {
    std::uint8_t ttl = 0;
    std::uint32_t stamps = 0;  ///< how many there are
    std::uint32_t next = 0;    ///< where the next one goes
    std::array<Nanoseconds, kMostStamps> stamp{};
  };

  void update(Entry& entry, std::uint8_t ttl, Nanoseconds now);
  void insert(const HostKey& key, std::uint8_t ttl, Nanoseconds now);
  static bool hit(const RecentMatch& match, const Entry& entry, Nanoseconds since);
  void reap(Nanoseconds since);

  std::string name_;
  FixedMap<HostKey, Entry, HostHash> entries_;
  std::uint32_t stamp_slots_ = 16;
};

/// All lists of a firewall, by name.
class RecentLists {
 public:
  explicit RecentLists(HostHash hash) : hash_(hash) {}
  /// The list of that name, made if there is none. It stays where it is.
  RecentList& list(std::string_view name);

 private:
  HostHash hash_;
  std::vector<std::unique_ptr<RecentList>> lists_;
};

}  // namespace statewall::rules
