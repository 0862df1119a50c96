#include "replay/differences.h"

#include <algorithm>
#include <tuple>

namespace statewall {

void Differences::add(const Difference& packet) {
  ++packets_;
  if (packet.a.state == packet.b.state) return;
  ++differing_;
  DifferenceGroup& group = groups_[{packet.a.reason, packet.b.reason}];
  group.a = packet.a.reason;
  group.b = packet.b.reason;
  ++group.packets;
  if (group.first.size() < kept_of_each_) group.first.push_back(packet);
}

std::vector<DifferenceGroup> Differences::groups() const {
  std::vector<DifferenceGroup> sorted;
  for (const auto& [reasons, group] : groups_) sorted.push_back(group);
  std::ranges::sort(sorted, [](const DifferenceGroup& x, const DifferenceGroup& y) {
    if (x.packets != y.packets) return x.packets > y.packets;
    return std::make_tuple(slug(x.a), slug(x.b)) < std::make_tuple(slug(y.a), slug(y.b));
  });
  return sorted;
}

}  // namespace statewall
