#include "statewall/tracker.h"

#include <optional>

#include "statewall/icmp.h"
#include "track/classify.h"
#include "track/datagram.h"
#include "track/expiry.h"
#include "track/find_live.h"
#include "track/flow_key.h"
#include "track/life.h"
#include "track/protocol.h"
#include "track/query.h"
#include "track/table_state.h"

// The two phases of a packet. What is known of it alone is in classify.h, what its protocol makes
// of it in query.h, datagram.h, tcp.cc and the files beside them, where connections come from and
// go to in life.cc.

namespace statewall {
namespace {

// An Observation is written where it stays, `seen`, the caller's own, which is empty: a copy right
// behind its making would wait for each of its fields to reach the cache.

void tell_reason(Reason reason, Observation& seen) {
  seen.state = state_of(reason);
  seen.reason = reason;
}

void refuse(const Context& context, Observation& seen) {
  context.worker.refused.add();
  tell_reason(Reason::table_full, seen);
}

void tell_connection(const Record& record, std::uint32_t slot, Direction direction, Reason reason,
                     Observation& seen) {
  tell_reason(reason, seen);
  seen.direction = direction;
  seen.status = record.told_status();
  seen.mark = record.mark.load(std::memory_order_relaxed);
  seen.connection.number = record.number.load(std::memory_order_relaxed);
  seen.connection.slot = slot;
}

// Which way a packet goes no processor can guess, and whether replies were seen it guesses badly
// where they just began: both are numbers below, and branches depend on what a profile says alone.

/// Does the packet, or the quoted one, go in the reply direction of the connection? Where both ends
/// are equal it goes in both; the reply tuple is compared first (B2).
bool is_reply(const Record& record, const Lookup& lookup) {
  return (lookup.from_second != record.original_from_second) | lookup.same_ends;
}

constexpr Direction direction_of(bool reply) {
  static_assert(static_cast<int>(Direction::reply) == static_cast<int>(Direction::original) + 1);
  return static_cast<Direction>(static_cast<int>(Direction::original) + static_cast<int>(reply));
}

/// B2, and T2 for queries.
Reason reason_on(bool query, bool reply, bool had_reply, const Profile& profile) {
  using enum Reason;
  static constexpr Reason kReasons[3][2][2] = {
      // no reply was seen before, or one was
      {{still_unreplied, after_reply}, {first_reply, reply_direction}},
      {{still_unreplied, query_answered_before}, {replies_to_query, replies_to_query}},
      {{further_query, further_query}, {replies_to_query, replies_to_query}},
  };
  const int kind = !query ? 0 : profile.icmp_further_query_new == 0 ? 1 : 2;
  return kReasons[kind][reply ? 1 : 0][had_reply ? 1 : 0];
}

/// The packet under way is its connection's last. Kept apart, for most are not.
[[gnu::noinline]] void end_at_once(const Context& context, std::uint32_t slot, Spot spot,
                                   DestroyCause cause) {
  context.worker.pending.kind = Pending::Kind::over;
  copy_to(context, slot, context.worker.ended);
  destroy(context, slot, spot, cause);
}

/// Lets an effect happen now or when the packet has passed, as the profile has it (T9, A31).
/// True when it was the connection's end already. REQUIRES: the connection's bucket is locked.
inline bool apply_or_keep(const Context& context, Record& record, std::uint32_t slot, Spot spot,
                          const Effect& effect) {
  if (effect.nothing()) return false;
  const Profile& profile = context.table.profile;
  if (profile.end_when_passed != 0) {
    Pending& pending = context.worker.pending;
    pending.kind = Pending::Kind::effect;
    pending.effect = effect;
    pending.connection = {record.number.load(std::memory_order_relaxed), slot};
    pending.spot = spot;
    return false;
  }
  const DestroyCause cause = settle(record, effect, profile);
  if (cause == DestroyCause::none) return false;
  end_at_once(context, slot, spot, cause);
  return true;
}

/// What events tell of, beside birth and death.
struct Visible {
  std::uint8_t status;
  std::uint8_t state;  ///< of TCP or SCTP

  static Visible of(const Record& record, const Profile& profile) {
    std::uint8_t state = 0;
    if (record.key.protocol == protocol::tcp) state = static_cast<std::uint8_t>(record.tcp.state);
    if (record.key.protocol == protocol::sctp && profile.known_protocols != 0) {
      state = static_cast<std::uint8_t>(record.sctp.state);
    }
    return {record.told_status(), state};
  }
  friend bool operator==(const Visible&, const Visible&) = default;
};

/// What a protocol makes of a packet, where it is neither a query nor a datagram.
Judgement first_of_others(Record& record, const Arrival& arrival) {
  Judgement judgement = tracker_of(record.key, arrival.profile).first(record, arrival);
  note_closing(record, arrival.profile);
  return judgement;
}
Judgement next_of_others(Record& record, const Arrival& arrival) {
  Judgement judgement = tracker_of(record.key, arrival.profile).next(record, arrival);
  note_closing(record, arrival.profile);
  return judgement;
}

/// A protocol, as one packet needs it: first_... and next_... of it.
using Judge = Judgement (*)(Record&, const Arrival&);

/// A packet of a known connection, into `seen`. False where the connection is over, and the packet
/// opens another (E1). REQUIRES: the connection's bucket is locked.
template <Judge next>
bool meet(const Context& context, std::uint32_t slot, const Packet& packet, const Lookup& lookup,
          Observation& seen) {
  const Profile& profile = context.table.profile;
  Record& record = context.table.pool[slot];
  const bool reply = is_reply(record, lookup);
  const Direction direction = direction_of(reply);
  const Visible before = context.events != nullptr ? Visible::of(record, profile) : Visible{};
  const Reason reason =
      reason_on(next == next_query, reply, record.has(status::seen_reply), profile);

  Judgement judgement = next(record, {packet, direction, profile, context.now()});
  if (judgement.reopens) {
    destroy(context, slot, lookup.spot, DestroyCause::reopened);
    return false;
  }
  if (judgement.timeout != Judgement::kUnchanged) {
    refresh(context, record, judgement.timeout * 1000);
  }
  if (judgement.refused) {
    tell_reason(judgement.refusal, seen);
    return true;
  }
  if (judgement.counts) count(context, slot, direction, packet);
  record.set(static_cast<std::uint8_t>(reply ? status::seen_reply : 0));

  tell_connection(record, slot, direction, reason, seen);
  const bool changed = context.events != nullptr && Visible::of(record, profile) != before;
  if (apply_or_keep(context, record, slot, lookup.spot, judgement.effect)) {
    seen.status |= status::dying;
  } else if (changed) {
    tell(context, EventKind::update, slot);
  }
  return true;
}

/// A packet of no known connection: it may open one. Room is made first, whatever it is (A18).
/// `arrivals`: of its bucket, where it was not found.
template <Judge first>
[[gnu::noinline]] void begin(const Context& context, const Packet& packet, const Lookup& lookup,
                             std::uint32_t arrivals, Observation& seen) {
  if (!make_room(context)) return refuse(context, seen);
  const std::uint32_t slot = open(context, lookup);
  Record& record = context.table.pool[slot];
  const Profile& profile = context.table.profile;
  Judgement judgement = first(record, {packet, Direction::original, profile, context.now()});
  if (judgement.refused) {
    forget(context, slot);
    return tell_reason(judgement.refusal, seen);
  }
  give_number(context, record);
  count(context, slot, Direction::original, packet);
  Pending& pending = context.worker.pending;
  pending.kind = Pending::Kind::opening;
  pending.effect = judgement.effect;
  pending.connection = {record.number.load(std::memory_order_relaxed), slot};
  pending.spot = lookup.spot;
  pending.timeout = judgement.timeout * 1000;
  pending.arrivals = arrivals;
  tell_connection(record, slot, Direction::original, judgement.opens, seen);
}

template <Judge first, Judge next>
void observe_flow(const Context& context, const Packet& packet, const Lookup& lookup,
                  Observation& seen) {
  Bucket& home = context.table.index.home(lookup.spot);
  std::uint32_t arrivals;
  const bool seen_before = lookup.place != Bucket::kPlaces;
  if (seen_before || !context.table.index.lacks(home, lookup.spot.tag, arrivals)) {
    Guard guard(home.lock, context.table.shared);
    const std::uint32_t slot = find_live(context, lookup, home);
    if (slot != kNoSlot && meet<next>(context, slot, packet, lookup, seen)) return;
    arrivals = home.arrivals.load(std::memory_order_relaxed);
  }
  begin<first>(context, packet, lookup, arrivals, seen);
}

/// An error about a known connection (C2). REQUIRES: the connection's bucket is locked.
void relate(const Context& context, std::uint32_t slot, const Packet& packet, const Lookup& lookup,
            Observation& seen) {
  const Profile& profile = context.table.profile;
  if (profile.error_to_sender != 0 && packet.headers.destination != packet.quote.headers.source) {
    return tell_reason(Reason::error_misdirected, seen);
  }
  Record& record = context.table.pool[slot];
  // The quoted packet went the other way than the error comes (C4).
  const Direction quoted = direction_of(is_reply(record, lookup));
  if (profile.quote_in_window != 0 && profile.tcp_windows != 0 &&
      record.key.protocol == protocol::tcp &&
      !on_its_way(record.tcp, quoted, packet.quote.tcp_sequence)) {
    return tell_reason(Reason::quote_out_of_window, seen);
  }
  const bool reply = quoted == Direction::original || lookup.same_ends;
  tell_connection(record, slot, reply ? Direction::reply : Direction::original,
                  Reason::quotes_connection, seen);
  seen.related_to.number = seen.connection.number;
  seen.related_to.slot = slot;
  const Effect effect = effect_of_error(record, packet, profile);
  if (apply_or_keep(context, record, slot, lookup.spot, effect)) seen.status |= status::dying;
}

void observe_error(const Context& context, const Packet& packet, const Lookup& lookup,
                   Observation& seen) {
  {
    Bucket& home = context.table.index.home(lookup.spot);
    Guard guard(home.lock, context.table.shared);
    const std::uint32_t slot = find_live(context, lookup, home);
    if (slot != kNoSlot) return relate(context, slot, packet, lookup, seen);
  }
  make_room(context) ? tell_reason(Reason::quotes_unknown, seen) : refuse(context, seen);
}

bool joins(const FlowKey& key, const Profile& profile) {
  return profile.clash_joins != 0 && key.protocol != protocol::tcp &&
         key.protocol != protocol::sctp && !is_icmp(key.protocol, key.family);
}

/// The first packet of a connection went out.
Confirmation confirm_opening(const Context& context, const Pending& pending) {
  TableState& table = context.table;
  const std::uint32_t slot = pending.connection.slot;
  Bucket& home = table.index.home(pending.spot);
  Guard guard(home.lock, table.shared);
  // Who came meanwhile may be the same connection, opened by another thread.
  if (home.arrivals.load(std::memory_order_relaxed) != pending.arrivals) {
    Lookup same;
    same.key = table.pool[slot].key;
    same.spot = pending.spot;
    if (find_live(context, same, home) != kNoSlot) {
      context.worker.clashed.add();
      forget(context, slot);
      return joins(same.key, table.profile) ? Confirmation::joined : Confirmation::lost;
    }
  }
  if (!enter(context, home, slot, pending.spot, pending.timeout)) {
    context.worker.refused.add();
    forget(context, slot);
    return Confirmation::lost;
  }
  context.worker.opened.add();
  tell(context, EventKind::new_, slot);
  if (pending.effect.ends != DestroyCause::none) {
    destroy(context, slot, pending.spot, pending.effect.ends);
  }
  return Confirmation::confirmed;
}

/// A packet with an effect went out. Its connection may be gone meanwhile.
void confirm_effect(const Context& context, const Pending& pending) {
  const std::uint32_t slot = pending.connection.slot;
  const Held held(context.table, pending.connection, pending.spot);
  if (!held) return;
  const DestroyCause cause =
      settle(context.table.pool[slot], pending.effect, context.table.profile);
  if (cause != DestroyCause::none) destroy(context, slot, pending.spot, cause);
}

/// Does a reply to a query end the connection?
bool replies_end(const Profile& profile) {
  return profile.icmp_answered_ends != 0 || profile.icmp_newest_answered_ends != 0;
}

/// Fetches the neighbours on the timer of connections that will probably end.
void fetch_neighbours(const TableState& table, std::span<const Lookup> lookups) {
  if (!table.pool.made(0)) return;  // then not even some record is there
  for (const Lookup& lookup : lookups) {
    if (lookup.plan != Lookup::Plan::query) continue;
    const std::uint32_t slot = HashIndex::some_slot(table.index.home(lookup.spot), lookup.place);
    Wheel::fetch_neighbours(table.pool.records(), slot);
  }
}

/// Kept apart, for most packets have nothing to confirm.
[[gnu::noinline]] Confirmation confirm_pending(const Context& context) {
  Pending& pending = context.worker.pending;
  const Pending::Kind kind = pending.kind;
  pending.kind = Pending::Kind::nothing;
  if (kind == Pending::Kind::opening) return confirm_opening(context, pending);
  if (kind == Pending::Kind::effect) confirm_effect(context, pending);
  return Confirmation::confirmed;
}

}  // namespace

Tracker::Tracker(ConnectionTable& table, unsigned worker, EventRing* events)
    : context_{TableState::of(table), TableState::of(table).workers[worker], worker, events} {}

const Profile& Tracker::profile() const { return context_.table.profile; }

void Tracker::prepare(std::span<const Packet> packets, std::span<Lookup> lookups) const {
  const TableState& table = context_.table;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    Lookup& lookup = lookups[i];
    classify(packets[i], table.profile, lookup);
    if (lookup.plan < Lookup::Plan::error) continue;
    lookup.place = Bucket::kPlaces;
    lookup.spot = table.spot_of(lookup.key);
    __builtin_prefetch(&table.index.home(lookup.spot));
  }
  if (packets.size() == 1) return;
  for (Lookup& lookup : lookups) {
    if (lookup.plan < Lookup::Plan::error) continue;
    const Bucket& home = table.index.home(lookup.spot);
    lookup.place = table.index.peek(home, lookup.spot.tag);
    const Record& record = table.pool[HashIndex::some_slot(home, lookup.place)];
    __builtin_prefetch(&record, 1);
    __builtin_prefetch(&record.number, 1);
  }
  if (replies_end(table.profile)) fetch_neighbours(table, lookups);
}

void Tracker::observe(const Packet& packet, const Lookup& lookup, Nanoseconds now,
                      Observation& seen) {
  if (context_.worker.pending.kind != Pending::Kind::nothing) drop();
  advance(context_, now);
  context_.worker.packets.add();
  expire_a_little(context_);
  using Plan = Lookup::Plan;
  seen = Observation{};
  if (lookup.plan == Plan::query) {
    observe_flow<first_query, next_query>(context_, packet, lookup, seen);
  } else if (lookup.plan == Plan::datagram) {
    observe_flow<first_datagram, next_datagram>(context_, packet, lookup, seen);
  } else if (lookup.plan == Plan::flow) {
    observe_flow<first_of_others, next_of_others>(context_, packet, lookup, seen);
  } else if (lookup.plan == Plan::error) {
    observe_error(context_, packet, lookup, seen);
  } else if (lookup.plan == Plan::settled || make_room(context_)) {
    tell_reason(lookup.reason, seen);
  } else {
    refuse(context_, seen);
  }
}

Observation Tracker::observe(const Packet& packet, Nanoseconds now) {
  Lookup lookup;
  prepare({&packet, 1}, {&lookup, 1});
  return observe(packet, lookup, now);
}

Confirmation Tracker::confirm() {
  if (context_.worker.pending.kind == Pending::Kind::nothing) return Confirmation::confirmed;
  return confirm_pending(context_);
}

void Tracker::drop() {
  if (context_.worker.pending.kind == Pending::Kind::opening) {
    forget(context_, context_.worker.pending.connection.slot);
    context_.worker.dropped.add();
  }
  context_.worker.pending.kind = Pending::Kind::nothing;
}

bool Tracker::expire(Nanoseconds now) {
  advance(context_, now);
  return expire_due(context_, kRecordsPerCall);
}

}  // namespace statewall
