#include "track/protocol.h"

// Any other protocol: two addresses and a number (D26).

namespace statewall {
namespace {

Judgement first(Record&, const Arrival& arrival) {
  Judgement judgement;
  judgement.opens = Reason::opens_other;
  judgement.timeout = arrival.profile.generic_timeout;
  return judgement;
}

Judgement next(Record&, const Arrival& arrival) {
  Judgement judgement;
  judgement.timeout = arrival.profile.generic_timeout;
  return judgement;
}

}  // namespace

const ProtocolTracker kGenericTracker{first, next, save_nothing, restore_nothing};

}  // namespace statewall
