#include "replay/world.h"

#include <algorithm>
#include <string>

#include "report/time_text.h"

namespace statewall {
namespace {

// A pause of 2^24 ms or more makes the tracker end all that is due within one call, and tell of it
// at once: longer ones are gone through in steps.
constexpr Nanoseconds kStep = (Nanoseconds{1} << 23) * kNanosecondsPerMillisecond;

/// A step from `now` towards `time`, which lies ahead.
Nanoseconds step_towards(Nanoseconds time, Nanoseconds now) {
  Nanoseconds pause;
  const bool endless = __builtin_sub_overflow(time, now, &pause);
  return endless || pause > kStep ? now + kStep : time;
}

}  // namespace

Result<std::unique_ptr<World>> World::create(const WorldConfig& config) {
  TableConfig table;
  table.profile = config.profile;
  table.hash_key = config.hash_key;
  const std::size_t needed = ConnectionTable::memory_needed(table);
  if (needed == 0) {
    return Error{ErrorKind::usage, "",
                 std::string(sentence(ConnectionTable::create(table, {}).error))};
  }
  Result<TableMemory> memory = TableMemory::reserve(needed);
  if (!memory) return memory.error();
  const ConnectionTable::Created created = ConnectionTable::create(table, memory->bytes());
  return std::unique_ptr<World>(new World(config, std::move(*memory), *created.table));
}

World::World(const WorldConfig& config, TableMemory memory, ConnectionTable& table)
    : memory_(std::move(memory)),
      table_(table),
      slots_(kEvents),
      ring_(slots_),
      tracker_(table, 0, &ring_),
      defragmenter_(config.profile, config.hash_key, config.reading),
      first_number_(config.numbers_used),
      numbers_used_(config.numbers_used) {}

bool World::advance(Nanoseconds time) {
  if (!now_) {
    first_ = time;
    set_now(time);
  } else if (is_same_millisecond(time)) {
    now_ = std::max(*now_, time);
    return true;
  }
  if (time > *now_ && !due_) set_now(table_.size() == 0 ? time : step_towards(time, *now_));
  due_ = !tracker_.expire(*now_);
  return !due_ && *now_ >= time;
}

void World::set_now(Nanoseconds time) {
  now_ = time;
  const std::uint64_t into =
      span_between(first_, time) % static_cast<std::uint64_t>(kNanosecondsPerMillisecond);
  const Nanoseconds left = kNanosecondsPerMillisecond - static_cast<Nanoseconds>(into);
  if (__builtin_add_overflow(time, left, &tick_end_)) tick_end_ = time;
}

World::Passage World::pass(const Packet& packet, bool let_out) {
  Lookup lookup;
  prepare({&packet, 1}, {&lookup, 1});
  return pass(packet, lookup, let_out);
}

World::Passage World::pass(const Packet& packet, const Lookup& lookup, bool let_out) {
  Passage passage{.observation = tracker_.observe(packet, lookup, now_.value_or(0))};
  passage.tracked = &packet;
  if (let_out && passage.observation.reason != Reason::table_full) {
    passage.passed = tracker_.confirm() != Confirmation::lost;
  } else {
    tracker_.drop();
  }
  renumber(passage.observation.connection);
  renumber(passage.observation.related_to);
  numbers_used_ = std::max(numbers_used_, passage.observation.connection.number);
  return passage;
}

World::Passage World::pass(const Packet& packet, std::span<const std::uint8_t> frame,
                           bool let_out) {
  Lookup lookup;
  prepare({&packet, 1}, {&lookup, 1});
  return pass(packet, frame, lookup, let_out);
}

World::Passage World::pass(const Packet& packet, std::span<const std::uint8_t> frame,
                           const Lookup& lookup, bool let_out) {
  if (!defragmenter_.concerns(packet)) return pass(packet, lookup, let_out);
  using Fate = Reassembled::Fate;
  const Reassembled got = defragmenter_.take(packet, frame, lookup.zone, now_.value_or(0));
  Passage passage;
  if (got.fate == Fate::completes) {
    datagram_ = defragmenter_.read(got);
    passage = pass(datagram_, let_out);
  } else if (got.fate == Fate::held || got.fate == Fate::dropped) {
    passage = pass_fragment(packet, lookup, got);
  } else {
    passage = pass(packet, lookup, let_out);
  }
  passage.observation.datagram = got.number;
  return passage;
}

/// One that goes no further for now, or never.
World::Passage World::pass_fragment(const Packet& packet, const Lookup& lookup,
                                    const Reassembled& got) {
  Lookup settled = lookup;
  settled.plan = Lookup::Plan::settled;
  settled.reason = got.reason;
  Passage passage = pass(packet, settled, got.fate == Reassembled::Fate::held);
  passage.tracked = nullptr;
  return passage;
}

World::Passage World::pass(const Packet& packet, const Crossing& crossing, Firewall& firewall,
                           FirewallWitness* witness) {
  using Fate = Reassembled::Fate;
  const std::size_t link_length = std::min<std::size_t>(packet.l3_offset, crossing.frame.size());
  const auto cross = [&](const Packet& tracked, std::span<const std::uint8_t> bytes) {
    const Arrival arrival{.packet = tracked,
                          .bytes = bytes,
                          .link = crossing.link,
                          .link_header = crossing.frame.first(link_length),
                          .interface = crossing.interface,
                          .local = crossing.local};
    Lookup lookup;
    prepare({&tracked, 1}, {&lookup, 1});
    return finish(firewall.handle(tracker_, arrival, lookup, now_.value_or(0), witness), &tracked);
  };
  if (!defragmenter_.concerns(packet)) return cross(packet, crossing.frame);
  const Reassembled got = defragmenter_.take(packet, crossing.frame, 0, now_.value_or(0));
  Passage passage;
  if (got.fate == Fate::completes) {
    datagram_ = defragmenter_.read(got);
    passage = cross(datagram_, got.datagram);
  } else if (got.fate == Fate::held || got.fate == Fate::dropped) {
    passage = pass_fragment(packet, {}, got);
    decision_ = {};
    passage.decision = &decision_;
  } else {
    passage = cross(packet, crossing.frame);
  }
  passage.observation.datagram = got.number;
  return passage;
}

World::Passage World::send_answer(Firewall& firewall, FirewallWitness* witness) {
  answer_ = read_ip(firewall.answer());
  return finish(firewall.handle_answer(tracker_, now_.value_or(0), witness), &answer_);
}

World::Passage World::finish(const Decision& decision, const Packet* tracked) {
  Passage passage;
  decision_ = decision;
  passage.tracked = tracked;
  passage.passed = decision.verdict == Verdict::accept;
  renumber(decision_.observation.connection);
  renumber(decision_.observation.related_to);
  passage.decision = &decision_;
  passage.observation = decision_.observation;
  numbers_used_ = std::max(numbers_used_, passage.observation.connection.number);
  return passage;
}

bool World::take_event(Event& event) {
  if (!ring_.pop(event)) return false;
  renumber(event.connection.id);
  // Inside, time has whole milliseconds.
  if (event.cause != DestroyCause::expired) event.time = *now_;
  return true;
}

std::vector<Connection> World::connections() const {
  constexpr std::size_t kChunk = 1024;
  std::vector<Connection> all;
  for (std::uint32_t cursor = 0; cursor != Tracker::kListed;) {
    const std::size_t held = all.size();
    all.resize(held + kChunk);
    all.resize(held + tracker_.list(cursor, std::span(all).subspan(held)));
  }
  std::ranges::sort(all, {}, [](const Connection& connection) { return connection.id.number; });
  for (Connection& connection : all) renumber(connection.id);
  return all;
}

std::optional<Connection> World::find(ConnectionId id) const {
  if (id.number <= first_number_) return std::nullopt;
  id.number -= first_number_;
  std::optional<Connection> found = tracker_.find(id);
  if (found) renumber(found->id);
  return found;
}

void World::renumber(ConnectionId& id) const {
  if (id) id.number += first_number_;
}

}  // namespace statewall
