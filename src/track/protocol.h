#pragma once

#include <cstdint>

#include "statewall/connection.h"
#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/reason.h"
#include "statewall/saved_connection.h"
#include "track/effect.h"
#include "track/flow_key.h"
#include "track/record.h"
#include "track/table_state.h"

// What differs from one transport protocol to the next: one table of operations a protocol, one
// file each (icmp.cc, tcp.cc, udp.cc, sctp.cc, gre.cc, generic.cc). They change the record's own
// part, and say the rest.

namespace statewall {

/// A packet that meets a connection, or opens it.
struct Arrival {
  const Packet& packet;
  Direction direction;
  const Profile& profile;
  std::uint32_t now;  ///< milliseconds, as deadlines are kept
};

/// What a protocol makes of a packet. Nothing but numbers, which a compiler keeps in registers;
/// where that counts, locals of it (and a Guard) are not const, which GCC 12 would keep in memory.
struct Judgement {
  static constexpr std::uint32_t kUnchanged = 0xffffffff;

  /// The connection's time from now on, in seconds; kUnchanged where the packet does not refresh
  /// it.
  std::uint32_t timeout = kUnchanged;
  /// INVALID, and nothing may change but the timeout; else the packet is accepted.
  bool refused = false;
  Reason refusal = Reason::not_ip;
  /// For the first packet: why it opens a connection.
  Reason opens = Reason::opens_other;
  /// The connection is over, and this packet opens a new one (E1).
  bool reopens = false;
  /// It counts among the connection's packets and bytes.
  bool counts = true;
  Effect effect;

  static Judgement refuse(Reason reason) {
    Judgement judgement;
    judgement.refused = true;
    judgement.refusal = reason;
    return judgement;
  }
};

/// A connection on its way out of a table or into one: at what moment.
struct Keeping {
  const Profile& profile;
  std::uint32_t now;  ///< milliseconds, as deadlines are kept
};

struct ProtocolTracker {
  /// The first packet of a connection. Sets up the record's part; has a timeout where it accepts.
  Judgement (*first)(Record& record, const Arrival& arrival);

  /// A packet of a confirmed connection. SEEN_REPLY is as it was before this packet (B4).
  Judgement (*next)(Record& record, const Arrival& arrival);

  /// Tells of the record's part all that `restore` needs.
  void (*save)(const Record& record, const Keeping& keeping, SavedConnection& saved);

  /// Sets up the part of a record whose status is set, from what `save` told, or from less where
  /// something else was kept. False where no such part can be.
  bool (*restore)(Record& record, const Keeping& keeping, const SavedConnection& saved);
};

/// For protocols without a part of their own.
inline void save_nothing(const Record&, const Keeping&, SavedConnection&) {}
inline bool restore_nothing(Record&, const Keeping&, const SavedConnection&) { return true; }

extern const ProtocolTracker kIcmpTracker;
extern const ProtocolTracker kTcpTracker;       ///< by states and windows
extern const ProtocolTracker kTcpFlagsTracker;  ///< by flags alone
extern const ProtocolTracker kUdpTracker;
extern const ProtocolTracker kSctpTracker;
extern const ProtocolTracker kGreTracker;
extern const ProtocolTracker kGenericTracker;

inline const ProtocolTracker& tracker_of(const FlowKey& key, const Profile& profile) {
  if (is_icmp(key.protocol, key.family)) return kIcmpTracker;
  switch (key.protocol) {
    case protocol::tcp: return profile.tcp_windows != 0 ? kTcpTracker : kTcpFlagsTracker;
    case protocol::udp: return kUdpTracker;
    default: break;
  }
  if (profile.known_protocols == 0) return kGenericTracker;
  switch (key.protocol) {
    case protocol::udplite: return kUdpTracker;
    case protocol::sctp: return kSctpTracker;
    case protocol::gre: return kGreTracker;
    default: return kGenericTracker;
  }
}

/// What an ICMP error does to the connection whose packet it quotes (T13-T15, C17, C18).
Effect effect_of_error(const Record& record, const Packet& error, const Profile& profile);

/// Can a quoted TCP segment of this sequence number, sent in `direction`, be on its way still
/// (RFC 5927 4.1)?
bool on_its_way(const TcpPart& tcp, Direction direction, std::uint32_t sequence);

}  // namespace statewall
