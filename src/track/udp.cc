#include "track/datagram.h"

// UDP and UDP-Lite, saved and restored. What a packet does to its connection is in datagram.h.

namespace statewall {
namespace {

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

const ProtocolTracker kUdpTracker{first_datagram, next_datagram, save, restore};

}  // namespace statewall
