#pragma once

#include "track/protocol.h"

// UDP and UDP-Lite: a stream once packets went both ways (D23), and, for kernels in use, went on
// for a while (D24). In a header, since most packets that are tracked take one of these few ways.

namespace statewall {

inline Judgement first_datagram(Record& record, const Arrival& arrival) {
  record.udp.stream_from = arrival.now + arrival.profile.udp_stream_after * 1000;
  Judgement judgement;
  judgement.opens = Reason::opens_udp;
  judgement.timeout = arrival.profile.udp_timeout;
  return judgement;
}

/// D24; UDP-Lite does not wait.
inline bool stream_lasts(const Record& record, const Arrival& arrival) {
  if (record.key.protocol == protocol::udplite) return true;
  if (arrival.profile.udp_stream_after == 0 || record.has(status::assured)) return true;
  return static_cast<std::int32_t>(arrival.now - record.udp.stream_from) > 0;
}

inline Judgement next_datagram(Record& record, const Arrival& arrival) {
  Judgement judgement;
  // The first reply does not make a stream yet: SEEN_REPLY is set after it (B4).
  const bool stream = record.has(status::seen_reply) && stream_lasts(record, arrival);
  if (stream && !record.has(status::assured)) record.set(status::assured);
  judgement.timeout = stream ? arrival.profile.udp_timeout_stream : arrival.profile.udp_timeout;
  return judgement;
}

}  // namespace statewall
