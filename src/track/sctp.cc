#include <cstddef>

#include "track/protocol.h"

// SCTP as the kernels in use follow it (E27): a state machine of chunks and direction, and the
// verification tags of both sides. The table was recorded from a kernel
// (tests/kernel/sctp_table.csv).

namespace statewall {
namespace {

using enum SctpState;
using Chunk = SctpHeader::Chunk;

constexpr SctpState IV{0xff};  // INVALID

// clang-format off
constexpr SctpState kNext[2][kSctpChunks][kSctpStates] = {
    {   // original direction
        // before:              none               closed       cookie_wait    cookie_echoed  established        shutdown_sent      shutdown_recd      shutdown_ack_sent  heartbeat_sent
        /* other             */ {none,              closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, heartbeat_sent},
        /* init              */ {closed,            closed,      cookie_wait,   cookie_echoed, established,       closed,            closed,            shutdown_ack_sent, cookie_wait},
        /* init_ack          */ {closed,            closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, closed},
        /* heartbeat         */ {heartbeat_sent,    closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, heartbeat_sent},
        /* heartbeat_ack     */ {closed,            closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, heartbeat_sent},
        /* abort             */ {closed,            closed,      closed,        closed,        closed,            closed,            closed,            closed,            closed},
        /* shutdown          */ {closed,            closed,      cookie_wait,   cookie_echoed, shutdown_sent,     shutdown_sent,     shutdown_recd,     shutdown_ack_sent, closed},
        /* shutdown_ack      */ {shutdown_ack_sent, closed,      cookie_wait,   cookie_echoed, established,       shutdown_ack_sent, shutdown_ack_sent, shutdown_ack_sent, shutdown_ack_sent},
        /* error             */ {closed,            closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, closed},
        /* cookie_echo       */ {closed,            closed,      cookie_echoed, cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, closed},
        /* cookie_ack        */ {closed,            closed,      cookie_wait,   established,   established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, closed},
        /* shutdown_complete */ {closed,            closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     closed,            closed},
    },
    {   // reply direction
        /* other             */ {none,              closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, heartbeat_sent},
        /* init              */ {IV,                closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, IV},
        /* init_ack          */ {IV,                cookie_wait, cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, IV},
        /* heartbeat         */ {IV,                closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, heartbeat_sent},
        /* heartbeat_ack     */ {IV,                closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, established},
        /* abort             */ {IV,                closed,      closed,        closed,        closed,            closed,            closed,            closed,            IV},
        /* shutdown          */ {IV,                closed,      cookie_wait,   cookie_echoed, shutdown_recd,     shutdown_sent,     shutdown_recd,     shutdown_ack_sent, IV},
        /* shutdown_ack      */ {IV,                closed,      cookie_wait,   cookie_echoed, established,       shutdown_ack_sent, shutdown_ack_sent, shutdown_ack_sent, IV},
        /* error             */ {IV,                closed,      cookie_wait,   closed,        established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, IV},
        /* cookie_echo       */ {IV,                closed,      cookie_echoed, cookie_echoed, established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, IV},
        /* cookie_ack        */ {IV,                closed,      cookie_wait,   established,   established,       shutdown_sent,     shutdown_recd,     shutdown_ack_sent, IV},
        /* shutdown_complete */ {IV,                closed,      cookie_wait,   cookie_echoed, established,       shutdown_sent,     shutdown_recd,     closed,            IV},
    },
};

constexpr std::uint32_t Profile::*kTimeouts[kSctpStates] = {
    &Profile::sctp_timeout_closed,  // none: only where an operator put the entry there
    &Profile::sctp_timeout_closed,            &Profile::sctp_timeout_cookie_wait,
    &Profile::sctp_timeout_cookie_echoed,     &Profile::sctp_timeout_established,
    &Profile::sctp_timeout_shutdown_sent,     &Profile::sctp_timeout_shutdown_recd,
    &Profile::sctp_timeout_shutdown_ack_sent, &Profile::sctp_timeout_heartbeat_sent,
};
// clang-format on

SctpState state_after(unsigned way, Chunk chunk, SctpState before) {
  return kNext[way][static_cast<std::size_t>(chunk)][static_cast<std::size_t>(before)];
}

bool has(const SctpHeader& header, Chunk chunk) {
  for (std::size_t i = 0; i < header.count; ++i) {
    if (header.chunks[i] == chunk) return true;
  }
  return false;
}

/// Chunks whose tag is judged one by one (RFC 9260 8.5.1); else it must be the one agreed on.
bool has_own_rule(Chunk chunk) {
  switch (chunk) {
    case Chunk::init:
    case Chunk::heartbeat:
    case Chunk::heartbeat_ack:
    case Chunk::abort:
    case Chunk::shutdown_ack:
    case Chunk::cookie_echo:
    case Chunk::shutdown_complete: return true;
    default: return false;
  }
}

/// One packet of an association.
class Step {
 public:
  Step(Record& record, const Arrival& arrival, bool confirmed)
      : record_(record),
        sctp_(record.sctp),
        header_(arrival.packet.sctp),
        profile_(arrival.profile),
        way_(arrival.direction == Direction::reply ? 1 : 0),
        confirmed_(confirmed) {}

  Judgement run() {
    if (!tag_agreed()) return Judgement::refuse(Reason::sctp_tag);
    // What an earlier chunk of the packet changed stays, whatever becomes of a later one.
    for (std::size_t i = 0; i < header_.count; ++i) {
      if (const auto refusal = take(header_.chunks[i], (header_.reflected >> i & 1) != 0)) {
        return Judgement::refuse(*refusal);
      }
    }
    Judgement judgement;
    if (unrefreshed_) {
      judgement.counts = false;
      return judgement;
    }
    judgement.timeout = profile_.*kTimeouts[static_cast<std::size_t>(sctp_.state)];
    return judgement;
  }

 private:
  std::uint32_t& own_tag() { return sctp_.tags[way_]; }
  std::uint32_t& peer_tag() { return sctp_.tags[1 - way_]; }

  bool tag_agreed() {
    for (std::size_t i = 0; i < header_.count; ++i) {
      if (has_own_rule(header_.chunks[i])) return true;
    }
    return header_.tag == own_tag();
  }

  std::optional<Reason> take(Chunk chunk, bool reflected) {
    bool passed_over = false;
    if (!tag_allows(chunk, reflected, passed_over)) return Reason::sctp_tag;
    if (passed_over) return std::nullopt;
    const SctpState before = sctp_.state;
    const SctpState after = state_after(way_, chunk, before);
    if (after == IV) return Reason::sctp_out_of_state;
    if (chunk == Chunk::init && !begin(before, after)) return Reason::header_short;
    if (chunk == Chunk::init_ack && !header_.has_initiate_tag) return Reason::header_short;
    if (chunk == Chunk::init_ack && !accept()) return Reason::sctp_tag;
    if (chunk == Chunk::cookie_ack) sctp_.init_seen[0] = sctp_.init_seen[1] = false;
    sctp_.state = after;
    if (before != after && after == established) record_.set(status::assured);
    return std::nullopt;
  }

  bool tag_allows(Chunk chunk, bool reflected, bool& passed_over) {
    switch (chunk) {
      case Chunk::init: return header_.tag == 0;
      case Chunk::abort:
      case Chunk::shutdown_complete: return header_.tag == (reflected ? peer_tag() : own_tag());
      case Chunk::cookie_echo: return header_.tag == own_tag();
      case Chunk::heartbeat: return heartbeat(passed_over);
      case Chunk::heartbeat_ack: return heartbeat_ack();
      default: return true;
    }
  }

  /// On a path that is new to the tracker a heartbeat tells the tag. One with another tag may come
  /// from an association that began anew: it passes, and the answer decides.
  bool heartbeat(bool& passed_over) {
    if (own_tag() == 0) {
      own_tag() = header_.tag;
    } else if (header_.tag != own_tag()) {
      if (header_.has_data || unrefreshed_) return false;
      sctp_.heartbeat_failed = true;
      sctp_.last_way = static_cast<std::uint8_t>(way_);
      unrefreshed_ = passed_over = true;
    } else {
      sctp_.heartbeat_failed = false;
    }
    return true;
  }

  bool heartbeat_ack() {
    if (own_tag() == 0) {
      own_tag() = header_.tag;
    } else if (header_.tag != own_tag()) {
      if (header_.has_data || unrefreshed_) return false;
      if (!sctp_.heartbeat_failed || sctp_.last_way == way_) return false;
      sctp_.heartbeat_failed = false;
      own_tag() = header_.tag;
      peer_tag() = 0;
    } else {
      sctp_.heartbeat_failed = false;
    }
    return true;
  }

  /// An INIT tells the tag that its answers will have.
  bool begin(SctpState before, SctpState after) {
    if (!header_.has_initiate_tag) return false;
    if (peer_tag() != header_.initiate_tag) {
      if (sctp_.init_seen[way_] && sctp_.init_seen[1 - way_]) sctp_.init_seen[1 - way_] = false;
      sctp_.init_seen[way_] = true;
      peer_tag() = header_.initiate_tag;
    }
    // As with a SYN, an INIT again does not keep the entry (D28).
    if (before == closed && after == closed && confirmed_) unrefreshed_ = true;
    return true;
  }

  /// An INIT ACK may not overrule the tags of an association, nor of one that both began.
  bool accept() {
    const std::uint32_t known = peer_tag();
    const bool other = known != header_.initiate_tag;
    if (!sctp_.init_seen[1 - way_] && known != 0 && other) return false;
    if (sctp_.init_seen[way_] && sctp_.init_seen[1 - way_] && other) return false;
    peer_tag() = header_.initiate_tag;
    return true;
  }

  Record& record_;
  SctpPart& sctp_;
  const SctpHeader& header_;
  const Profile& profile_;
  const unsigned way_;
  const bool confirmed_;
  bool unrefreshed_ = false;
};

/// What the first packet tells of the tags; false where it opens nothing (RFC 9260 8.4).
bool opens(SctpPart& sctp, const SctpHeader& header) {
  for (const Chunk chunk : {Chunk::abort, Chunk::shutdown_complete, Chunk::cookie_ack}) {
    if (has(header, chunk)) return false;
  }
  for (std::size_t i = 0; i < header.count; ++i) {
    switch (header.chunks[i]) {
      case Chunk::other: return false;
      case Chunk::init:
        if (header.tag != 0 || !header.has_initiate_tag) return false;
        sctp.tags[1] = header.initiate_tag;
        sctp.init_seen[0] = true;
        break;
      case Chunk::heartbeat: sctp.tags[0] = header.tag; break;
      case Chunk::shutdown_ack: sctp.tags[1] = header.tag; break;  // the answer will reflect it
      default: break;
    }
  }
  return true;
}

Judgement first(Record& record, const Arrival& arrival) {
  record.sctp = {};
  if (!opens(record.sctp, arrival.packet.sctp)) return Judgement::refuse(Reason::sctp_cannot_open);
  Judgement judgement = Step(record, arrival, false).run();
  judgement.opens = Reason::opens_other;
  return judgement;
}

Judgement next(Record& record, const Arrival& arrival) { return Step(record, arrival, true).run(); }

void save(const Record& record, const Keeping&, SavedConnection& saved) {
  const SctpPart& part = record.sctp;
  saved.kept = KeptPart::sctp;
  saved.sctp = {{part.tags[0], part.tags[1]},
                {part.init_seen[0], part.init_seen[1]},
                part.heartbeat_failed,
                part.last_way};
}

/// Without its tags an association goes on with the next heartbeat of each side.
bool restore(Record& record, const Keeping&, const SavedConnection& saved) {
  const SctpState state = saved.connection.sctp_state;
  if (static_cast<int>(state) >= kSctpStates) return false;
  const SavedConnection::Sctp kept =
      saved.kept == KeptPart::sctp ? saved.sctp : SavedConnection::Sctp{};
  if (kept.last_way > 1) return false;
  record.sctp = {state,
                 kept.heartbeat_failed,
                 kept.last_way,
                 {kept.init_seen[0], kept.init_seen[1]},
                 {kept.tags[0], kept.tags[1]}};
  return true;
}

}  // namespace

const ProtocolTracker kSctpTracker{first, next, save, restore};

}  // namespace statewall
