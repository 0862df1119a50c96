#include "track/protocol.h"

// Any other protocol: two addresses and a number (D26).

namespace statewall {
namespace {

Judgement first(Record&, const Packet&, const Profile& profile) {
  Judgement judgement;
  judgement.opens = Reason::opens_other;
  judgement.timeout = profile.generic_timeout;
  return judgement;
}

Judgement next(Record&, const Packet&, Direction, const Profile& profile) {
  Judgement judgement;
  judgement.timeout = profile.generic_timeout;
  return judgement;
}

}  // namespace

const ProtocolTracker kGenericTracker{first, next};

}  // namespace statewall
