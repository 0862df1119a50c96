#include "track/protocol.h"

// UDP and UDP-Lite: a stream once packets went both ways (D23), and, for kernels in use, went on
// for a while (D24).

namespace statewall {
namespace {

Judgement first(Record& record, const Arrival& arrival) {
  record.udp.stream_from = arrival.now + arrival.profile.udp_stream_after * 1000;
  Judgement judgement;
  judgement.opens = Reason::opens_udp;
  judgement.timeout = arrival.profile.udp_timeout;
  return judgement;
}

/// D24; UDP-Lite does not wait.
bool lasts(const Record& record, const Arrival& arrival) {
  if (record.key.protocol == protocol::udplite) return true;
  if (arrival.profile.udp_stream_after == 0 || record.has(status::assured)) return true;
  return static_cast<std::int32_t>(arrival.now - record.udp.stream_from) > 0;
}

Judgement next(Record& record, const Arrival& arrival) {
  Judgement judgement;
  // The first reply does not make a stream yet: SEEN_REPLY is set after it (B4).
  const bool stream = record.has(status::seen_reply) && lasts(record, arrival);
  if (stream) record.set(status::assured);
  judgement.timeout = stream ? arrival.profile.udp_timeout_stream : arrival.profile.udp_timeout;
  return judgement;
}

void save(const Record& record, const Keeping& keeping, SavedConnection& saved) {
  saved.kept = KeptPart::udp;
  saved.udp_stream_in = static_cast<std::int32_t>(record.udp.stream_from - keeping.now);
}

/// Where it is not known, the stream begins as with a first packet.
bool restore(Record& record, const Keeping& keeping, const SavedConnection& saved) {
  const std::uint32_t in = saved.kept == KeptPart::udp
                               ? static_cast<std::uint32_t>(saved.udp_stream_in)
                               : keeping.profile.udp_stream_after * 1000;
  record.udp.stream_from = keeping.now + in;
  return true;
}

}  // namespace

const ProtocolTracker kUdpTracker{first, next, save, restore};

}  // namespace statewall
