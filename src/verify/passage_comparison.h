#pragma once

#include <string>
#include <vector>

#include "kernel/router.h"

namespace statewall {

/// One thing in which two routers part over a packet.
struct PassageDifference {
  enum class What : std::uint8_t { verdict, state, mark, answer, log, nflog };
  What what = What::verdict;
  std::string ours, kernels;  ///< for people
  friend bool operator==(const PassageDifference&, const PassageDifference&) = default;
};
/// "verdict", "state", ...
std::string_view name(PassageDifference::What what);

/// What differs between our passage of a packet and the kernel's; nothing if they are the same.
/// Not compared is what the kernel chooses by itself: the IP id of ICMP errors that it sends, and
/// who owns the raw socket by which it was made to send a packet.
std::vector<PassageDifference> compare_passages(const RouterPassage& ours,
                                                const RouterPassage& kernels);

/// "forwarded to wan", "delivered", "dropped, 1 answer".
std::string fate_text(const RouterJourney& journey);

}  // namespace statewall
