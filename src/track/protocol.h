#pragma once

#include <cstdint>
#include <optional>

#include "statewall/connection.h"
#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/reason.h"
#include "track/record.h"
#include "track/table_state.h"

// What differs from one transport protocol to the next: one table of operations a protocol, one
// file each (icmp.cc, tcp.cc, udp.cc, generic.cc). They change the record's own part, and say the
// rest.

namespace statewall {

/// What a protocol makes of a packet.
struct Judgement {
  /// INVALID for this reason, and nothing may change; else the packet is accepted.
  std::optional<Reason> refusal;
  /// For the first packet: why it opens a connection.
  Reason opens = Reason::opens_other;
  /// The connection's time from now on, in seconds; nothing where the packet does not refresh it.
  std::optional<std::uint32_t> timeout;
  Effect effect;

  static Judgement refused(Reason reason) {
    Judgement judgement;
    judgement.refusal = reason;
    return judgement;
  }
};

struct ProtocolTracker {
  /// The first packet of a connection. Sets up the record's part; has a timeout where it accepts.
  Judgement (*first)(Record& record, const Packet& packet, const Profile& profile);

  /// A packet of a confirmed connection. SEEN_REPLY is as it was before this packet (B4).
  Judgement (*next)(Record& record, const Packet& packet, Direction direction,
                    const Profile& profile);
};

extern const ProtocolTracker kIcmpTracker;
extern const ProtocolTracker kTcpTracker;
extern const ProtocolTracker kUdpTracker;
extern const ProtocolTracker kGenericTracker;

inline const ProtocolTracker& tracker_of(std::uint8_t protocol) {
  switch (protocol) {
    case protocol::icmp: return kIcmpTracker;
    case protocol::tcp: return kTcpTracker;
    case protocol::udp: return kUdpTracker;
    default: return kGenericTracker;
  }
}

/// What an ICMP error does to the connection whose packet it quotes (T13-T15, C17, C18).
Effect effect_of_error(const Record& record, const Packet& error, const Profile& profile);

/// Lets an effect's queries count. The cause of the connection's end, if it ends with it.
DestroyCause settle(Record& record, const Effect& effect, const Profile& profile);

}  // namespace statewall
