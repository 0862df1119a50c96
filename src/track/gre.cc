#include "track/protocol.h"

// GRE: a stream once packets went both ways (D27). PPTP's has the call id of the receiver in its
// key, so that each direction is a connection of its own unless a helper knows better (E28).

namespace statewall {
namespace {

Judgement first(Record&, const Arrival& arrival) {
  Judgement judgement;
  judgement.opens = Reason::opens_other;
  judgement.timeout = arrival.profile.gre_timeout;
  return judgement;
}

Judgement next(Record& record, const Arrival& arrival) {
  Judgement judgement;
  const bool stream = record.has(status::seen_reply);
  if (stream) record.set(status::assured);
  judgement.timeout = stream ? arrival.profile.gre_timeout_stream : arrival.profile.gre_timeout;
  return judgement;
}

}  // namespace

const ProtocolTracker kGreTracker{first, next, save_nothing, restore_nothing};

}  // namespace statewall
