#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "report/chart.h"
#include "statewall/address.h"
#include "statewall/packet.h"

namespace statewall {

/// Which line of a chart is whose. The first packet goes from left to right; whoever comes later
/// stands on the other side of the firewall than the host with which it is first seen: a router
/// that sends an error opposite to the error's destination. Three hosts a side have lines of their
/// own; from the fourth on they share one.
class ChartLines {
 public:
  static constexpr std::size_t kOwnLines = 3;

  struct Ends {
    std::size_t from;
    std::size_t to;
  };

  /// The lines of a packet's source and destination.
  Ends of(const Headers& headers);

  /// All lines, by their numbers.
  std::vector<Lifeline> take();

 private:
  using Host = std::pair<Family, Address>;

  std::optional<std::size_t> find(const Host& host) const;
  std::size_t add(const Host& host, Side side);
  std::size_t add_line(const Host& host, Side side);

  /// The lines of one side.
  struct Edge {
    std::size_t lines = 0;
    std::optional<std::size_t> shared;
    std::size_t sharing = 0;  ///< hosts on the shared line
  };
  Edge& edge(Side side) { return edges_[static_cast<std::size_t>(side)]; }

  std::vector<Lifeline> lines_;
  std::map<Host, std::size_t> hosts_;
  std::array<Edge, 2> edges_;
};

}  // namespace statewall
