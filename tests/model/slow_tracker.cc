#include "tests/model/slow_tracker.h"

#include <algorithm>
#include <utility>

#include "tests/model/facts.h"

namespace statewall::model {

namespace {

Observation outcome(Reason reason) {
  Observation observation;
  observation.reason = reason;
  observation.state = state_that_goes_with(reason);
  return observation;
}

}  // namespace

// --- time ------------------------------------------------------------------------------------

void SlowTracker::advance(Nanoseconds now) {
  if (!epoch_) epoch_ = now;
  now_ = std::max(now_, now - *epoch_);
  std::vector<std::uint64_t> due;
  for (const Entry& entry : entries_) {
    if (entry.deadline * kNanosecondsPerMillisecond <= now_) due.push_back(entry.number);
  }
  for (std::uint64_t number : due) end(number, DestroyCause::expired);
}

/// A deadline is a whole millisecond, and never early (T10).
void SlowTracker::refresh(Entry& entry, std::uint32_t seconds) const {
  const std::int64_t begun = (now_ + kNanosecondsPerMillisecond - 1) / kNanosecondsPerMillisecond;
  entry.deadline = begun + std::int64_t{seconds} * 1000;
}

// --- the walk of a packet --------------------------------------------------------------------

Observation SlowTracker::observe(const Packet& packet, Zone zone, bool notrack, Nanoseconds now,
                                 std::optional<std::uint64_t> evicted) {
  drop();
  advance(now);
  ++counters_.packets;
  if (const auto reason = settled(packet, notrack)) return outcome(*reason);
  if (const auto reason = hopeless(packet)) {
    if (*reason == Reason::cut_short) return outcome(*reason);
    return outcome(make_room(evicted) ? *reason : Reason::table_full);
  }
  const Headers& headers = packet.headers;
  const bool error = headers.protocol == protocol::icmp && is_error(headers.icmp_type);
  return error ? observe_error(packet, zone, evicted) : observe_flow(packet, zone, evicted);
}

/// What is decided without a look at the table, be it full or not.
std::optional<Reason> SlowTracker::settled(const Packet& packet, bool notrack) const {
  const WireError error = packet.error;
  if (error == WireError::not_ip) return Reason::not_ip;
  if (error == WireError::link_short && packet.cut) return Reason::cut_short;
  if (error == WireError::link_unsupported || error == WireError::link_short) {
    return Reason::link_unreadable;
  }
  if (ip_header_short(error) && packet.cut) return Reason::cut_short;
  if (ip_header_short(error) || ip_header_wrong(error)) return Reason::ip_unreadable;
  if (packet.headers.family != Family::ipv4) return Reason::not_tracked;
  if (notrack) return Reason::notrack;  // B17: before any check of the transport
  if (packet.headers.fragment_offset != 0) return Reason::later_fragment;
  if (transport_short(error)) {
    // What is there may be short because the packet is, or because the capture cut it.
    const std::uint32_t whole = packet.headers.protocol == protocol::tcp ? 20 : 8;
    const bool long_enough = error != WireError::tcp_options_short && packet.l4_length >= whole;
    return long_enough ? Reason::cut_short : Reason::header_short;
  }
  if (is_other(packet.headers.protocol) && packet.l4_length < profile_.generic_bytes) {
    return Reason::header_short;  // A13
  }
  return std::nullopt;
}

/// What is INVALID by itself, but only after a full table was dealt with (A18).
std::optional<Reason> SlowTracker::hopeless(const Packet& packet) const {
  if (packet.headers.protocol != protocol::icmp) return std::nullopt;
  const std::uint8_t type = packet.headers.icmp_type;
  if (is_query(type) || is_reply(type)) return std::nullopt;
  if (!is_error(type) || !in_set(profile_.icmp_error_types, type)) {
    return Reason::icmp_type_untracked;
  }
  return bad_error(packet);
}

std::optional<Reason> SlowTracker::bad_error(const Packet& packet) const {
  const Quote& quote = packet.quote;
  const std::uint8_t quoted = quote.headers.protocol;
  if (profile_.icmp_error_checksum != 0 && packet.l4_checksum == Checksum::bad) {
    return Reason::icmp_checksum;
  }
  // What the capture cut off may have been enough.
  const Reason too_short = packet.cut ? Reason::cut_short : Reason::quote_short;
  if (quote.error != WireError::none || !packet.has_quote) return too_short;
  if (quote.headers.fragment_offset > 0) return Reason::quote_fragment;
  std::uint32_t needed = profile_.quote_bytes_other;
  if (quoted == protocol::tcp || quoted == protocol::udp) needed = profile_.quote_bytes_ports;
  if (quoted == protocol::icmp) needed = profile_.quote_bytes_icmp;
  if (quote.l4_length < needed) return too_short;
  if (quoted == protocol::icmp && !is_query(quote.headers.icmp_type) &&
      !is_reply(quote.headers.icmp_type)) {
    return Reason::quote_untracked;
  }
  return std::nullopt;
}

Observation SlowTracker::observe_error(const Packet& packet, Zone zone,
                                       std::optional<std::uint64_t> evicted) {
  // C4: the quoted packet was sent; its inverse, the answer to it, goes the way of the error.
  const Hit hit = search(inverted(tuple_of(packet.quote.headers)), zone);
  if (hit.entry == nullptr) {
    return outcome(make_room(evicted) ? Reason::quotes_unknown : Reason::table_full);
  }
  if (profile_.error_to_sender != 0 && packet.headers.destination != packet.quote.headers.source) {
    return outcome(Reason::error_misdirected);
  }
  take_effect(*hit.entry, effect_of_error(packet, *hit.entry));

  Observation observation = outcome(Reason::quotes_connection);
  const Entry entry = *hit.entry;
  const bool ended = entry.ended != DestroyCause::none;
  observation.direction = hit.direction;
  observation.status = static_cast<std::uint8_t>(entry.status | (ended ? status::dying : 0));
  observation.mark = entry.mark;
  observation.connection.number = entry.number;
  observation.related_to.number = entry.number;
  if (ended) end(entry.number, entry.ended);
  return observation;
}

Observation SlowTracker::observe_flow(const Packet& packet, Zone zone,
                                      std::optional<std::uint64_t> evicted) {
  const Tuple tuple = tuple_of(packet.headers);
  const Hit hit = search(tuple, zone);
  if (hit.entry == nullptr) {
    if (!make_room(evicted)) return outcome(Reason::table_full);
    return open(packet, tuple, zone);
  }
  const Entry before = *hit.entry;
  Observation observation = outcome(reason_of_hit(packet, hit));
  if (!handle(packet, hit)) return outcome(Reason::tcp_no_flags);
  // B4: after the handler, which must still see it clear.
  if (hit.direction == Direction::reply) hit.entry->status |= status::seen_reply;

  const Entry after = *hit.entry;
  const bool ended = after.ended != DestroyCause::none;
  observation.direction = hit.direction;
  observation.status = static_cast<std::uint8_t>(after.status | (ended ? status::dying : 0));
  observation.mark = after.mark;
  observation.connection.number = after.number;
  if (ended) {
    end(after.number, after.ended);
  } else if (after.status != before.status || after.tcp_state != before.tcp_state) {
    happened(after.number, EventKind::update);
  }
  return observation;
}

/// B2, and T2 where a further query is NEW.
Reason SlowTracker::reason_of_hit(const Packet& packet, const Hit& hit) const {
  const bool seen_reply = (hit.entry->status & status::seen_reply) != 0;
  if (packet.headers.protocol == protocol::icmp) {
    if (hit.direction == Direction::reply) return Reason::replies_to_query;
    if (profile_.icmp_further_query_new != 0) return Reason::further_query;
    return seen_reply ? Reason::query_answered_before : Reason::still_unreplied;
  }
  if (hit.direction == Direction::reply) {
    return seen_reply ? Reason::reply_direction : Reason::first_reply;
  }
  return seen_reply ? Reason::after_reply : Reason::still_unreplied;
}

/// The first packet of a connection (B2, B7), or one that cannot be.
Observation SlowTracker::open(const Packet& packet, const Tuple& tuple, Zone zone) {
  Entry entry;
  Reason reason = Reason::opens_other;
  if (tuple.protocol == protocol::icmp) {
    if (!is_query(tuple.icmp_type)) return outcome(Reason::reply_without_query);
    reason = Reason::opens_query;
    entry.newest_sequence = packet.headers.icmp_sequence;
  } else if (tuple.protocol == protocol::udp) {
    reason = Reason::opens_udp;
  } else if (tuple.protocol == protocol::tcp) {
    const auto event = tcp_event(packet.tcp.flags);
    if (!event) return outcome(Reason::tcp_no_flags);
    const bool syn_alone = *event == TcpEvent::syn && (packet.tcp.flags & tcp_flag::ack) == 0;
    reason = syn_alone ? Reason::opens_syn : Reason::opens_midstream;
    entry.tcp_state = tcp_next(Direction::original, *event, TcpState::none);
    if (*event == TcpEvent::rst) entry.ended = DestroyCause::reset;  // E25: once it is confirmed
  }
  entry.number = ++last_number_;
  entry.original = tuple;
  entry.reply = inverted(tuple);
  entry.zone = zone;
  opened_ = entry;

  Observation observation = outcome(reason);
  observation.direction = Direction::original;
  observation.connection.number = entry.number;
  return observation;
}

// --- the second phase ------------------------------------------------------------------------

void SlowTracker::confirm() {
  if (opened_) {
    Entry entry = *std::exchange(opened_, std::nullopt);
    entry.status |= status::confirmed;
    if (entry.original.protocol == protocol::icmp) entry.open_queries = 1;
    refresh(entry, first_timeout(entry));  // B9: counts from here
    entries_.push_back(entry);
    ++counters_.opened;
    happened(entry.number, EventKind::new_);
    if (entry.ended != DestroyCause::none) end(entry.number, entry.ended);
  } else if (Entry* entry = by_number(under_way_); entry != nullptr && when_passed_) {
    when_passed_(*entry);
    if (entry->ended != DestroyCause::none) end(entry->number, entry->ended);
  }
  under_way_ = 0;
  when_passed_ = nullptr;
}

void SlowTracker::drop() {
  if (opened_) ++counters_.dropped;
  opened_.reset();
  under_way_ = 0;
  when_passed_ = nullptr;
}

void SlowTracker::take_effect(Entry& entry, Effect effect) {
  if (!effect) return;
  if (profile_.end_when_passed == 0) {
    effect(entry);
  } else {
    under_way_ = entry.number;
    when_passed_ = std::move(effect);
  }
}

// --- what each protocol does with a packet of a live connection --------------------------------

bool SlowTracker::handle(const Packet& packet, const Hit& hit) {
  switch (packet.headers.protocol) {
    case protocol::icmp: handle_icmp(packet, hit); return true;
    case protocol::tcp: return handle_tcp(packet, hit);
    case protocol::udp: handle_udp(hit); return true;
    default: refresh(*hit.entry, profile_.generic_timeout); return true;  // D26
  }
}

void SlowTracker::handle_icmp(const Packet& packet, const Hit& hit) {
  const std::uint16_t sequence = packet.headers.icmp_sequence;
  if (hit.direction == Direction::original) {
    refresh(*hit.entry, profile_.icmp_timeout);
    take_effect(*hit.entry, [sequence](Entry& entry) {
      ++entry.open_queries;
      const auto ahead = static_cast<std::int16_t>(sequence - entry.newest_sequence);
      if (ahead > 0) entry.newest_sequence = sequence;
    });
    return;
  }
  if (profile_.icmp_reply_refreshes != 0) refresh(*hit.entry, profile_.icmp_timeout);
  take_effect(*hit.entry, [this, sequence](Entry& entry) {
    close_query(entry, DestroyCause::replied);
    if (profile_.icmp_newest_answered_ends != 0 && sequence == entry.newest_sequence) {
      entry.ended = DestroyCause::replied;
    }
  });
}

/// A26, T9: one query less is open.
void SlowTracker::close_query(Entry& entry, DestroyCause cause) const {
  if (entry.open_queries > 0) --entry.open_queries;
  if (entry.open_queries == 0 && profile_.icmp_answered_ends != 0) entry.ended = cause;
}

bool SlowTracker::handle_tcp(const Packet& packet, const Hit& hit) {
  const std::uint8_t flags = packet.tcp.flags;
  const auto event = tcp_event(flags);
  if (!event) return false;
  Entry& entry = *hit.entry;
  const bool original = hit.direction == Direction::original;
  const bool seen_reply = (entry.status & status::seen_reply) != 0;
  const bool syn = (flags & tcp_flag::syn) != 0;
  const bool ack = (flags & tcp_flag::ack) != 0;
  if (*event == TcpEvent::rst && !seen_reply) {  // E25: it deletes, and does nothing else
    take_effect(entry, [](Entry& e) { e.ended = DestroyCause::reset; });
    return true;
  }
  const TcpState old = entry.tcp_state;
  entry.tcp_state = tcp_next(hit.direction, *event, old);
  // E24: the SYN/ACK that answers the SYN says which ACK completes the handshake.
  if (old == TcpState::syn_sent && !original && syn && ack)
    entry.handshake_ack = packet.tcp.sequence + 1;
  if (old == TcpState::syn_recv && original && ack && !syn &&
      entry.handshake_ack == packet.tcp.acknowledgement) {
    entry.status |= status::assured;
  }
  const bool syn_again =
      original && *event == TcpEvent::syn && old == TcpState::syn_sent && !seen_reply;
  if (!syn_again || profile_.tcp_syn_refreshes != 0) refresh(entry, tcp_timeout(entry.tcp_state));
  return true;
}

/// D23: the packet after the first reply makes it a stream.
void SlowTracker::handle_udp(const Hit& hit) {
  const bool stream = (hit.entry->status & status::seen_reply) != 0;
  if (stream) hit.entry->status |= status::assured;
  refresh(*hit.entry, stream ? profile_.udp_timeout_stream : profile_.udp_timeout);
}

/// T13-T15; empty if nothing. The types that end a connection are also those that close a query.
/// An error about a reply does nothing: that reply closed its query when it passed.
SlowTracker::Effect SlowTracker::effect_of_error(const Packet& packet, const Entry& about) const {
  const std::uint8_t type = packet.headers.icmp_type;
  const bool fragmentation_needed = type == 3 && packet.headers.icmp_code == 4;
  if (!in_set(profile_.error_ends, type) || fragmentation_needed) return nullptr;
  if (about.original.protocol == protocol::icmp) {
    const bool about_query = is_query(packet.quote.headers.icmp_type);
    if (profile_.error_answers_query == 0 || !about_query) return nullptr;
    return [this](Entry& entry) { close_query(entry, DestroyCause::error); };
  }
  return [](Entry& entry) { entry.ended = DestroyCause::error; };
}

std::uint32_t SlowTracker::first_timeout(const Entry& entry) const {
  switch (entry.original.protocol) {
    case protocol::icmp: return profile_.icmp_timeout;
    case protocol::tcp: return tcp_timeout(entry.tcp_state);
    case protocol::udp: return profile_.udp_timeout;
    default: return profile_.generic_timeout;
  }
}

std::uint32_t SlowTracker::tcp_timeout(TcpState state) const {
  switch (state) {
    case TcpState::none: break;
    case TcpState::established: return profile_.tcp_timeout_established;
    case TcpState::syn_sent: return profile_.tcp_timeout_syn_sent;
    case TcpState::syn_recv: return profile_.tcp_timeout_syn_recv;
    case TcpState::fin_wait: return profile_.tcp_timeout_fin_wait;
    case TcpState::time_wait: return profile_.tcp_timeout_time_wait;
    case TcpState::close: return profile_.tcp_timeout_close;
    case TcpState::close_wait: return profile_.tcp_timeout_close_wait;
    case TcpState::last_ack: return profile_.tcp_timeout_last_ack;
    case TcpState::syn_sent2: break;  // later kernels have it
  }
  return 0;
}

// --- the list of entries -----------------------------------------------------------------------

/// Reply tuples first, then original ones (B2).
SlowTracker::Hit SlowTracker::search(const Tuple& tuple, Zone zone) {
  for (Entry& entry : entries_) {
    if (entry.zone == zone && entry.reply == tuple) return {&entry, Direction::reply};
  }
  for (Entry& entry : entries_) {
    if (entry.zone == zone && entry.original == tuple) return {&entry, Direction::original};
  }
  return {};
}

SlowTracker::Entry* SlowTracker::by_number(std::uint64_t number) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.number == number; });
  return found == entries_.end() ? nullptr : &*found;
}

/// G4: one connection that is not ASSURED makes room. False if there is none: the packet is
/// refused.
bool SlowTracker::make_room(std::optional<std::uint64_t> evicted) {
  if (entries_.size() < profile_.max) return true;
  const auto admissible = [](const Entry& entry) { return (entry.status & status::assured) == 0; };
  const auto oldest = std::find_if(entries_.begin(), entries_.end(), admissible);
  if (oldest == entries_.end()) {
    ++counters_.refused;
    return false;
  }
  std::uint64_t victim = oldest->number;
  if (evicted) {
    const Entry* chosen = by_number(*evicted);
    if (chosen != nullptr && admissible(*chosen)) {
      victim = *evicted;
    } else if (complaint_.empty()) {
      complaint_ = "the table is full and " + std::to_string(victim) + " could be evicted, not " +
                   std::to_string(*evicted);
    }
  }
  end(victim, DestroyCause::evicted);
  return true;
}

void SlowTracker::end(std::uint64_t number, DestroyCause cause) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.number == number; });
  ++counters_.destroyed;
  if (cause == DestroyCause::evicted) ++counters_.evicted;
  happened(number, EventKind::destroy, cause);
}

bool SlowTracker::erase(std::uint64_t number) {
  if (by_number(number) == nullptr) return false;
  end(number, DestroyCause::flushed);
  return true;
}

bool SlowTracker::set_mark(std::uint64_t number, std::uint32_t mark) {
  Entry* entry = opened_ && opened_->number == number ? &*opened_ : by_number(number);
  if (entry == nullptr) return false;
  entry->mark = mark;
  return true;
}

void SlowTracker::happened(std::uint64_t number, EventKind kind, DestroyCause cause) {
  happenings_.push_back({number, kind, cause});
}

std::vector<Happening> SlowTracker::take_happenings() { return std::exchange(happenings_, {}); }

Connection SlowTracker::copy(const Entry& entry) const {
  const bool confirmed = (entry.status & status::confirmed) != 0;
  Connection connection;
  connection.id.number = entry.number;
  connection.original = entry.original;
  connection.reply = entry.reply;
  connection.zone = entry.zone;
  connection.status = entry.status;
  connection.tcp_state = entry.tcp_state;
  connection.mark = entry.mark;
  connection.open_queries = entry.open_queries;
  if (confirmed) connection.deadline = *epoch_ + entry.deadline * kNanosecondsPerMillisecond;
  return connection;
}

std::vector<Connection> SlowTracker::entries() const {
  std::vector<Connection> copies;
  for (const Entry& entry : entries_) copies.push_back(copy(entry));
  return copies;
}

std::optional<Connection> SlowTracker::find(std::uint64_t number) const {
  if (opened_ && opened_->number == number) return copy(*opened_);
  for (const Entry& entry : entries_) {
    if (entry.number == number) return copy(entry);
  }
  return std::nullopt;
}

}  // namespace statewall::model
