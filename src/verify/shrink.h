#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace statewall {

template <typename T>
struct Shrunk {
  std::vector<T> list;
  std::size_t runs = 0;  ///< how often the test was asked
  bool minimal = false;  ///< no element can be left out alone; false where the runs ran out
};

/// Leaves out of a list what its fault does not need (delta debugging, Zeller and Hildebrandt
/// 2002): large pieces first, then smaller ones, at last each element alone. `differs` says whether
/// a list still shows the fault; it is asked at most `most_runs` times. The order of what is left
/// stays. Deterministic. REQUIRES: `differs` is true of the whole list, and always says the same of
/// one.
template <typename T>
Shrunk<T> shrink(std::span<const T> whole, const std::function<bool(std::span<const T>)>& differs,
                 std::size_t most_runs) {
  Shrunk<T> out{{whole.begin(), whole.end()}, 0, false};
  std::size_t piece = std::max<std::size_t>(1, out.list.size() / 2);
  while (out.runs < most_runs) {
    bool less = false;
    // From the end: what comes behind the fault goes first.
    for (std::size_t end = out.list.size(); end > 0 && out.runs < most_runs;) {
      const std::size_t begin = end - std::min(piece, end);
      std::vector<T> without(out.list.begin(),
                             out.list.begin() + static_cast<std::ptrdiff_t>(begin));
      without.insert(without.end(), out.list.begin() + static_cast<std::ptrdiff_t>(end),
                     out.list.end());
      ++out.runs;
      if (differs(without)) {
        out.list = std::move(without);
        less = true;
      }
      end = begin;
    }
    out.minimal = piece == 1 && !less && out.runs < most_runs;
    if (out.minimal || out.list.empty()) break;
    if (piece > 1) {
      piece = std::min(piece / 2, std::max<std::size_t>(1, out.list.size() / 2));
    }
  }
  return out;
}

}  // namespace statewall
