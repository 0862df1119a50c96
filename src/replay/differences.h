#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "report/difference_record.h"

namespace statewall {

/// What differs between two ways of tracking, by reason. A packet differs where its states do: they
/// are what rules see. Its direction, its connection and the words of its reason may differ beside.
///
/// Memory does not grow with the packets: of each group the first few are kept.
class Differences {
 public:
  explicit Differences(std::size_t kept_of_each) : kept_of_each_(kept_of_each) {}

  /// Counts a packet, and keeps it if it differs and is among the first of its group.
  void add(const Difference& packet);

  /// The most packets first, then by the slugs of the reasons.
  std::vector<DifferenceGroup> groups() const;

  std::uint64_t packets() const { return packets_; }
  std::uint64_t differing() const { return differing_; }

 private:
  std::size_t kept_of_each_;
  std::map<std::pair<Reason, Reason>, DifferenceGroup> groups_;
  std::uint64_t packets_ = 0;
  std::uint64_t differing_ = 0;
};

}  // namespace statewall
