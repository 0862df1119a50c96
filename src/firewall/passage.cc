#include "firewall/passage.h"

namespace statewall {
namespace {

rules::Subject subject_of(const Arrival& arrival, const rules::Topology& topology) {
  rules::Subject subject;
  const Packet& packet = arrival.packet;
  subject.packet = &packet;
  subject.ip = Bytes(arrival.bytes).from(packet.l3_offset).first(packet.ip_length);
  if (packet.l4_offset != 0)
    subject.transport = subject.ip.from(packet.l4_offset - packet.l3_offset);
  subject.find_payload();
  subject.link_header = arrival.link_header;
  subject.ethernet = arrival.link == LinkType::ethernet && !arrival.local;
  subject.topology = &topology;
  subject.local = arrival.local;
  subject.tos = packet.headers.family == Family::ipv4
                    ? subject.ip.u8(1)
                    : static_cast<std::uint8_t>(subject.ip.u16(0) >> 4);
  subject.ttl = packet.headers.ttl;
  subject.mark = arrival.mark;
  return subject;
}

}  // namespace

Passage::Passage(Firewall::Parts& parts, Tracker& tracker, const Arrival& arrival, Nanoseconds now,
                 FirewallWitness* witness, Decision& decision)
    : parts_(parts),
      tracker_(tracker),
      profile_(tracker.profile()),
      arrival_(arrival),
      subject_(subject_of(arrival, parts.config.topology)),
      evaluator_(parts.evaluator(arrival.packet.headers.family)),
      decision_(decision) {
  subject_.now = now;
  subject_.tracker = &tracker;
  subject_.input_told_behind = profile_.log_modern != 0;
  subject_.conditions_need_entry = profile_.conntrack_match_needs_entry != 0;
  if (witness) relay_.emplace(*witness, parts.text, profile_.log_modern != 0);
  witness_ = witness;
  decision_.family = arrival.packet.headers.family;
}

/// A kernel writes a reset without a socket. What answers an untracked packet it takes for seen
/// already, so that raw changes nothing of its tracking.
void Passage::answer_to(const Observation& refused) {
  subject_.without_socket = arrival_.packet.headers.protocol == protocol::tcp;
  raw_is_late_ = refused.state == State::untracked;
}

void Passage::run(Lookup& lookup, const Observation* attached) {
  const Zone zone = lookup.zone;
  const bool notrack = lookup.notrack;
  choose_way();
  // An answer has its connection before any rule sees it.
  if (attached) show(*attached);
  if (!walk_raw(stops_before(way_), &lookup)) {
    decision_.observation.reason = Reason::dropped_before;
    tracker_.drop();
    return finish();
  }
  if (lookup.zone != zone || lookup.notrack != notrack) {
    tracker_.prepare({&arrival_.packet, 1}, {&lookup, 1});
  }
  track(lookup, attached);
  if (decision_.observation.reason == Reason::table_full) {
    obstruct(Obstacle::table_full);
  } else if (walk(stops_behind(way_), nullptr) && (way_ != Way::loopback || come_in_again())) {
    accept();
  }
  finish();
}

void Passage::choose_way() {
  const Headers& headers = arrival_.packet.headers;
  const rules::Topology& topology = parts_.config.topology;
  way_ = arrival_.way ? way_of(*arrival_.way) : way_of(headers, topology, arrival_.local);
  decision_.way = hook_of(way_);
  if (way_ == Way::input || way_ == Way::forward) {
    std::string_view in = arrival_.interface;
    if (in.empty()) in = name_of(topology.interface_of(headers.source, headers.family));
    decision_.in = in;
  }
  if (way_ == Way::loopback) decision_.in = decision_.out = "lo";
  if (way_ == Way::output || way_ == Way::forward) {
    std::string_view out = arrival_.out_interface;
    if (out.empty()) out = name_of(topology.interface_of(headers.destination, headers.family));
    decision_.out = out;
  }
  subject_.local = way_ == Way::output || way_ == Way::loopback;
}

std::string_view Passage::name_of(const std::string* interface) {
  return interface ? std::string_view(*interface) : std::string_view();
}

/// What tracking says of the packet, to the rules from here on.
void Passage::show(const Observation& seen) {
  subject_.state = seen.state;
  subject_.direction = seen.direction;
  subject_.connection = seen.connection;
  if (arrival_.local && parts_.answered_entry && parts_.answered_entry->id == seen.connection) {
    subject_.remember_entry(*parts_.answered_entry);
  }
}

void Passage::track(const Lookup& lookup, const Observation* attached) {
  Observation& seen = decision_.observation;
  if (attached) {
    seen = *attached;
  } else {
    tracker_.observe(arrival_.packet, lookup, subject_.now, seen);
  }
  show(seen);
  if (seen.connection && parts_.translations.holds(seen.connection)) {
    decision_.uncertainty = Uncertainty::translated;
  }
}

bool Passage::walk_raw(std::span<const Stop> stops, Lookup* lookup) {
  subject_.zone_is_mark = false;
  if (!walk(stops, raw_is_late_ ? nullptr : lookup)) return false;
  if (lookup && subject_.zone_is_mark) lookup->zone = static_cast<Zone>(subject_.mark);
  return true;
}

bool Passage::walk(std::span<const Stop> stops, Lookup* lookup) {
  for (const Stop& stop : stops) {
    if (!arrive_at(stop.hook)) return false;
    if (!evaluator_ || !evaluator_->has_chain(stop.table, stop.hook)) continue;
    if (stop.table == rules::TableKind::nat && !opens_connection()) continue;
    if (relay_) relay_->look_at(subject_);
    const rules::Outcome outcome =
        evaluator_->run(stop.table, subject_, lookup, relay_ ? &*relay_ : nullptr);
    if (!take(outcome)) return false;
  }
  return true;
}

bool Passage::arrive_at(rules::Hook hook) {
  if (hook == subject_.hook && arrived_) return true;
  const bool forwards = hook == rules::Hook::forward;
  arrived_ = true;
  subject_.hook = hook;
  subject_.in = subject_.has_input() ? decision_.in : std::string_view();
  subject_.out = hook == rules::Hook::prerouting || hook == rules::Hook::input ? std::string_view()
                                                                               : decision_.out;
  if (!forwards || arrival_.keeps_ttl) return true;
  if (subject_.ttl > 1) {
    --subject_.ttl;
  } else if (parts_.config.topology.known()) {
    obstruct(Obstacle::ttl);
    return false;
  }
  return true;
}

/// On loopback a packet that went out comes in again: its connection is confirmed by then. Of one
/// that the packet ended, the rules still see how it was. Of one that was INVALID nothing is kept:
/// raw says anew how it is tracked. Its decision has the state from the way out.
bool Passage::come_in_again() {
  const Connection* const entry = subject_.entry();
  const std::optional<Connection> before = entry ? std::optional(*entry) : std::nullopt;
  if (tracker_.confirm() == Confirmation::lost) {
    obstruct(Obstacle::table_full);
    return false;
  }
  subject_.forget_entry();
  if (before && !subject_.entry()) subject_.remember_entry(*before);
  const bool unknown = decision_.observation.state == State::invalid;
  if (unknown) show({});
  Lookup again;
  if (!walk_raw(stops_before(Way::input), unknown ? &again : nullptr)) return false;
  return (!unknown || track_again(again)) && walk(stops_again(), nullptr);
}

bool Passage::track_again(Lookup& lookup) {
  tracker_.prepare({&arrival_.packet, 1}, {&lookup, 1});
  const Observation seen = tracker_.observe(arrival_.packet, lookup, subject_.now);
  show(seen);
  if (seen.reason != Reason::table_full) return true;
  obstruct(Obstacle::table_full);
  return false;
}

bool Passage::opens_connection() const {
  const Observation& seen = decision_.observation;
  return seen.state == State::new_ && seen.connection && (seen.status & status::confirmed) == 0;
}

bool Passage::take(const rules::Outcome& outcome) {
  using Kind = rules::Outcome::Kind;
  if (outcome.uncertain) decision_.uncertainty = Uncertainty::skipped_rule;
  if (outcome.kind == Kind::translate) {
    note_translation(*std::get_if<rules::NatTarget>(outcome.target));
    return true;
  }
  const bool filters = outcome.place.table == rules::TableKind::filter;
  if (outcome.decided && (outcome.kind != Kind::accept || filters)) {
    decision_.decided = true;
    decision_.place = outcome.place;
  }
  if (outcome.kind == Kind::accept) return true;
  if (outcome.kind == Kind::reject) {
    decision_.verdict = Verdict::reject;
    reject(*std::get_if<rules::RejectTarget>(outcome.target));
  } else {
    decision_.verdict = Verdict::drop;
  }
  tracker_.drop();
  return false;
}

void Passage::note_translation(const rules::NatTarget& target) {
  decision_.uncertainty = Uncertainty::translated;
  parts_.translations.add(decision_.observation.connection);
  if (!witness_) return;
  parts_.text.clear();
  write_translation(parts_.text, target, decision_.family);
  witness_->would_translate(target, parts_.text.text());
}

void Passage::reject(const rules::RejectTarget& target) {
  parts_.answer_size =
      write_answer(parts_.answer_bytes, target, subject_, profile_.reject_modern != 0);
  parts_.answered = decision_.observation;
  parts_.answered_entry.reset();
  if (parts_.answer_size != 0 && !may_answer(target)) parts_.answer_size = 0;
  if (parts_.answer_size == 0) return;
  if (target.tcp_reset && profile_.reject_closes != 0) {
    tracker_.close_tcp(decision_.observation.connection);
    subject_.forget_entry();
  }
  if (const Connection* entry = subject_.entry()) parts_.answered_entry = *entry;
}

bool Passage::may_answer(const rules::RejectTarget& target) {
  if (target.tcp_reset || profile_.reject_modern != 0) return true;
  const Headers& headers = arrival_.packet.headers;
  return parts_.pace.take(headers.source, headers.family, subject_.now);
}

void Passage::accept() {
  decision_.verdict = Verdict::accept;
  if (tracker_.confirm() == Confirmation::lost) obstruct(Obstacle::table_full);
}

void Passage::obstruct(Obstacle obstacle) {
  decision_.verdict = Verdict::drop;
  decision_.obstacle = obstacle;
  decision_.decided = false;
  tracker_.drop();
}

void Passage::finish() {
  decision_.mark = subject_.mark;
  decision_.tos = subject_.tos;
  decision_.ttl = subject_.ttl;
}

}  // namespace statewall
