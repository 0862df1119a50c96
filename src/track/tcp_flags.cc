#include <cstddef>

#include "track/protocol.h"

// TCP as kernels 2.4 follow it: by flags alone, no sequence numbers but one (E23-E25).

namespace statewall {
namespace {

using enum TcpState;

enum class Flag : std::uint8_t { syn, fin, ack, rst, nothing };

/// The flag that counts, when there are several: a SYN/ACK is a SYN.
Flag flag_of(std::uint8_t flags) {
  if ((flags & tcp_flag::rst) != 0) return Flag::rst;
  if ((flags & tcp_flag::syn) != 0) return Flag::syn;
  if ((flags & tcp_flag::fin) != 0) return Flag::fin;
  if ((flags & tcp_flag::ack) != 0) return Flag::ack;
  return Flag::nothing;
}

constexpr int kFlags = 4;
constexpr int kStates = 9;  // SYN_SENT2 came later

// The state after a packet (E.3), by direction, flag and state before. LISTEN, which the kernel's
// table also has, cannot be reached; in reply direction no packet meets the state none.
// clang-format off
constexpr TcpState kNext[2][kFlags][kStates] = {
    {   // original direction
        // before: none      established  syn_sent  syn_recv     fin_wait  time_wait  close     close_wait  last_ack
        /* syn */ {syn_sent,    established, syn_sent, syn_recv,    syn_sent, syn_sent,  syn_sent, syn_sent,   syn_sent},
        /* fin */ {time_wait,   fin_wait,    syn_sent, time_wait,   fin_wait, time_wait, close,    time_wait,  last_ack},
        /* ack */ {established, established, syn_sent, established, fin_wait, time_wait, close,    close_wait, last_ack},
        /* rst */ {close,       close,       syn_sent, close,       close,    time_wait, close,    close,      close},
    },
    {   // reply direction
        /* syn */ {syn_recv,    established, syn_recv, syn_recv,    syn_recv,  syn_recv,  syn_recv, syn_recv,   syn_recv},
        /* fin */ {close,       close_wait,  syn_sent, time_wait,   time_wait, time_wait, close,    close_wait, last_ack},
        /* ack */ {close,       established, syn_sent, syn_recv,    fin_wait,  time_wait, close,    close_wait, close},
        /* rst */ {close,       close,       close,    close,       close,     close,     close,    close,      last_ack},
    },
};

constexpr std::uint32_t Profile::*kTimeouts[kStates] = {
    nullptr,  // none: the first packet leaves it
    &Profile::tcp_timeout_established, &Profile::tcp_timeout_syn_sent,
    &Profile::tcp_timeout_syn_recv,    &Profile::tcp_timeout_fin_wait,
    &Profile::tcp_timeout_time_wait,   &Profile::tcp_timeout_close,
    &Profile::tcp_timeout_close_wait,  &Profile::tcp_timeout_last_ack,
};
// clang-format on

TcpState state_after(Direction direction, Flag flag, TcpState before) {
  return kNext[direction == Direction::reply ? 1 : 0][static_cast<std::size_t>(flag)]
              [static_cast<std::size_t>(before)];
}

std::uint32_t timeout_in(TcpState state, const Profile& profile) {
  return profile.*kTimeouts[static_cast<std::size_t>(state)];
}

bool is_syn_ack(std::uint8_t flags) {
  return (flags & tcp_flag::syn) != 0 && (flags & tcp_flag::ack) != 0;
}

/// The third step of the handshake: an ACK of exactly the SYN/ACK (E24).
bool completes_handshake(const TcpFlagsPart& tcp, const TcpHeader& header, Direction direction) {
  return tcp.state == syn_recv && tcp.syn_ack_seen && direction == Direction::original &&
         (header.flags & tcp_flag::ack) != 0 && (header.flags & tcp_flag::syn) == 0 &&
         header.acknowledgement == tcp.handshake_ack;
}

Judgement first(Record& record, const Arrival& arrival) {
  const Packet& packet = arrival.packet;
  const Flag flag = flag_of(packet.tcp.flags);
  if (flag == Flag::nothing) return Judgement::refuse(Reason::tcp_no_flags);
  record.tcp_flags = {state_after(Direction::original, flag, none), false, 0};

  Judgement judgement;
  const bool opens = flag == Flag::syn && !is_syn_ack(packet.tcp.flags);
  judgement.opens = opens ? Reason::opens_syn : Reason::opens_midstream;
  judgement.timeout = timeout_in(record.tcp_flags.state, arrival.profile);
  // A connection that begins with an RST is over with it (E25).
  if (flag == Flag::rst) judgement.effect.ends = DestroyCause::reset;
  return judgement;
}

Judgement next(Record& record, const Arrival& arrival) {
  const auto& [packet, direction, profile, now] = arrival;
  TcpFlagsPart& tcp = record.tcp_flags;
  const Flag flag = flag_of(packet.tcp.flags);
  if (flag == Flag::nothing) return Judgement::refuse(Reason::tcp_no_flags);
  Judgement judgement;
  if (flag == Flag::rst && !record.has(status::seen_reply)) {
    judgement.effect.ends = DestroyCause::reset;
    return judgement;
  }
  if (completes_handshake(tcp, packet.tcp, direction)) record.set(status::assured);
  if (tcp.state == syn_sent && direction == Direction::reply && is_syn_ack(packet.tcp.flags)) {
    tcp.syn_ack_seen = true;
    tcp.handshake_ack = packet.tcp.sequence + 1;
  }
  const bool syn_again = flag == Flag::syn && tcp.state == syn_sent &&
                         direction == Direction::original && !record.has(status::seen_reply);
  tcp.state = state_after(direction, flag, tcp.state);
  if (!syn_again || profile.tcp_syn_refreshes != 0)
    judgement.timeout = timeout_in(tcp.state, profile);
  return judgement;
}

void save(const Record& record, const Keeping&, SavedConnection& saved) {
  saved.kept = KeptPart::tcp_flags;
  saved.tcp_flags = {record.tcp_flags.syn_ack_seen, record.tcp_flags.handshake_ack};
}

bool restore(Record& record, const Keeping&, const SavedConnection& saved) {
  const TcpState state = saved.connection.tcp_state;
  if (state == none || static_cast<int>(state) >= kStates) return false;
  const SavedConnection::TcpFlags kept =
      saved.kept == KeptPart::tcp_flags ? saved.tcp_flags : SavedConnection::TcpFlags{};
  record.tcp_flags = {state, kept.syn_ack_seen, kept.handshake_ack};
  return true;
}

}  // namespace

const ProtocolTracker kTcpFlagsTracker{first, next, save, restore};

}  // namespace statewall
