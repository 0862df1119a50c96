#include "track/protocol.h"

// UDP: a stream once packets went both ways (D23).

namespace statewall {
namespace {

Judgement first(Record&, const Packet&, const Profile& profile) {
  Judgement judgement;
  judgement.opens = Reason::opens_udp;
  judgement.timeout = profile.udp_timeout;
  return judgement;
}

Judgement next(Record& record, const Packet&, Direction, const Profile& profile) {
  Judgement judgement;
  // The first reply does not make a stream yet: SEEN_REPLY is set after it (B4).
  const bool stream = record.has(status::seen_reply);
  if (stream) record.set(status::assured);
  judgement.timeout = stream ? profile.udp_timeout_stream : profile.udp_timeout;
  return judgement;
}

}  // namespace

const ProtocolTracker kUdpTracker{first, next};

}  // namespace statewall
