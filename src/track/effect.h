#pragma once

#include <cstdint>

#include "statewall/event.h"
#include "statewall/profile.h"
#include "track/record.h"

namespace statewall {

/// What a packet does to its connection once it has passed (or at once, by the profile).
struct Effect {
  bool opens_query = false;
  bool closes_query = false;
  bool by_reply = false;  ///< closed by a reply, not by an error
  std::uint16_t sequence = 0;
  DestroyCause ends = DestroyCause::none;

  bool nothing() const { return !opens_query && !closes_query && ends == DestroyCause::none; }
};

/// Is sequence number `a` newer than `b`, where numbers wrap (RFC 1982)?
constexpr bool newer(std::uint16_t a, std::uint16_t b) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(a - b)) > 0;
}

/// Lets an effect's queries count. The cause of the connection's end, if it ends with it. Whether
/// it opens or closes one is a number here and no branch: no processor can guess it.
inline DestroyCause settle(Record& record, const Effect& effect, const Profile& profile) {
  if (effect.ends != DestroyCause::none) return effect.ends;
  IcmpPart& queries = record.icmp;
  const bool later = effect.opens_query & newer(effect.sequence, queries.newest);
  queries.newest = later ? effect.sequence : queries.newest;
  queries.open += effect.opens_query ? 1 : 0;
  queries.open -= (effect.closes_query & (queries.open != 0)) ? 1 : 0;
  const bool all = profile.icmp_answered_ends != 0 && queries.open == 0;
  const bool newest = profile.icmp_newest_answered_ends != 0 && effect.by_reply &&
                      effect.sequence == queries.newest;
  if ((!all && !newest) || !effect.closes_query) return DestroyCause::none;
  return effect.by_reply ? DestroyCause::replied : DestroyCause::error;
}

}  // namespace statewall
