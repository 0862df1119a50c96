#include "tests/model/comparison.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

namespace statewall::model {

namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kEventSlots = 32;  // more than one packet can cause, beside the end of all
constexpr std::size_t kMostInBatch = 8;

std::int64_t to_milliseconds(Nanoseconds time) { return time / kNanosecondsPerMillisecond; }

std::string text(const Address& address) {
  std::string out;
  for (int i = 0; i < 4; ++i) {
    if (i != 0) out += '.';
    out += std::to_string(address.bytes[static_cast<std::size_t>(i)]);
  }
  return out;
}

std::string text(const Headers& h) {
  std::string out = text(h.source) + " > " + text(h.destination);
  if (h.protocol == protocol::icmp) {
    out += " icmp " + std::to_string(h.icmp_type) + "/" + std::to_string(h.icmp_code) + " id " +
           std::to_string(h.icmp_id) + " seq " + std::to_string(h.icmp_sequence);
  } else {
    out += " proto " + std::to_string(h.protocol) + " ports " + std::to_string(h.source_port) +
           " > " + std::to_string(h.destination_port);
  }
  if (h.fragment()) out += " fragment at " + std::to_string(h.fragment_offset);
  return out;
}

std::string text(const Packet& packet) {
  std::string out = text(packet.headers);
  if (packet.headers.protocol == protocol::tcp) {
    out += " flags " + std::to_string(packet.tcp.flags) + " seq " +
           std::to_string(packet.tcp.sequence) + " ack " +
           std::to_string(packet.tcp.acknowledgement);
  }
  if (packet.error != WireError::none) out += " error " + std::string(slug(packet.error));
  if (packet.cut) out += " cut";
  if (packet.l4_checksum == Checksum::bad) out += " bad checksum";
  if (packet.has_quote) {
    out += " [" + text(packet.quote.headers) + ", " + std::to_string(packet.quote.l4_length) +
           " bytes";
    if (packet.quote.error != WireError::none) out += ' ' + std::string(slug(packet.quote.error));
    out += ']';
  }
  return out;
}

std::string text(const Observation& o) {
  return std::string(name(o.state)) + ' ' + std::string(name(o.direction)) + ' ' +
         std::string(slug(o.reason)) + " status " + std::to_string(o.status) + " #" +
         std::to_string(o.connection.number);
}

std::string text(const std::vector<Happening>& happenings) {
  std::string out = "{";
  for (const Happening& h : happenings) {
    out += ' ' + std::string(name(h.kind)) + " #" + std::to_string(h.number) + ' ' +
           std::string(name(h.cause));
  }
  return out + " }";
}

/// The model knows IPv4 alone.
Profile over_ipv4(Profile profile) {
  profile.track_ipv6 = 0;
  return profile;
}

}  // namespace

Comparison::Memory::Memory(std::size_t size) : bytes(size + kAlignment) {
  void* start = bytes.data();
  std::size_t space = bytes.size();
  aligned = {static_cast<std::byte*>(std::align(kAlignment, size, start, space)), size};
}

ConnectionTable& Comparison::make_table(const TableConfig& config, std::span<std::byte> memory) {
  const auto created = ConnectionTable::create(config, memory);
  if (created.table == nullptr) std::abort();  // the profile was made to be valid
  return *created.table;
}

Comparison::Comparison(const Profile& profile)
    : config_{.profile = over_ipv4(profile), .threads = 1, .hash_key = {1, 2}},
      memory_(ConnectionTable::memory_needed(config_)),
      table_(make_table(config_, memory_.aligned)),
      slots_(kEventSlots + profile.max),
      ring_(slots_),
      fast_(table_, 0, &ring_),
      slow_(config_.profile),
      listed_(16) {}

bool Comparison::play(std::span<const Step> batch) {
  std::array<Packet, kMostInBatch> packets;
  std::array<Lookup, kMostInBatch> lookups;
  while (!batch.empty() && difference_.empty()) {
    const std::size_t n = std::min(batch.size(), kMostInBatch);
    for (std::size_t i = 0; i < n; ++i) {
      packets[i] = read(batch[i]);
      lookups[i] = Lookup{};
      lookups[i].zone = batch[i].zone;
      lookups[i].notrack = batch[i].notrack;
    }
    fast_.prepare(std::span(packets).first(n), std::span(lookups).first(n));
    for (std::size_t i = 0; i < n && difference_.empty(); ++i) {
      pass_time(batch[i].advance);
      judge(batch[i], packets[i], lookups[i]);
      operate(batch[i]);
    }
    batch = batch.subspan(n);
  }
  return difference_.empty();
}

void Comparison::pass_time(Nanoseconds advance) {
  now_ += advance;
  while (!fast_.expire(now_)) collect_events();
  slow_.advance(now_);
  compare_happenings("as time passed");
}

void Comparison::judge(const Step& step, const Packet& packet, const Lookup& lookup) {
  if (!difference_.empty()) return;
  Past past{packet, now_, step.zone, step.notrack, step.fate, {}, {}};
  past.fast = fast_.observe(packet, lookup, now_);
  collect_events();
  std::uint64_t evicted = 0;
  for (const Happening& h : fast_happenings_) {
    if (h.cause == DestroyCause::evicted) evicted = h.number;
  }
  past.slow = slow_.observe(packet, step.zone, step.notrack, now_, evicted);
  history_.push_back(past);
  compare_observations(past.fast, past.slow);
  compare_happenings("at observe");
  if (past.fast.connection) {
    if (ids_.empty() || ids_.back().number < past.fast.connection.number) {
      ids_.push_back(past.fast.connection);
    }
    compare_find(past.fast.connection);
  }
  decide(step.fate);
}

void Comparison::compare_observations(const Observation& fast, const Observation& slow) {
  const std::uint64_t number = std::max(fast.connection.number, slow.connection.number);
  const bool agree = fast.state == slow.state && fast.direction == slow.direction &&
                     fast.reason == slow.reason && fast.status == slow.status &&
                     fast.mark == slow.mark && fast.connection.number == slow.connection.number &&
                     fast.related_to.number == slow.related_to.number;
  if (!agree) differ("the observation", number);
  if (!slow_.complaint().empty()) differ(slow_.complaint(), number);
}

void Comparison::compare_find(ConnectionId id) {
  const auto fast = fast_.find(id);
  const auto slow = slow_.find(id.number);
  expect(fast.has_value() == slow.has_value(), "find: there is one", id.number, fast.has_value(),
         slow.has_value());
  if (fast && slow) compare_connection(*fast, *slow, "find");
}

void Comparison::decide(Fate fate) {
  if (fate == Fate::neither) return;
  if (fate == Fate::drop) {
    fast_.drop();
    slow_.drop();
  } else {
    const Confirmation confirmation = fast_.confirm();
    expect(confirmation == Confirmation::confirmed, "confirm returns", about_,
           static_cast<std::uint64_t>(confirmation), 0);
    slow_.confirm();
  }
  compare_happenings(fate == Fate::drop ? "at drop" : "at confirm");
}

/// The operator marks or deletes a connection, which may be gone for long.
void Comparison::operate(const Step& step) {
  if (step.deed == Deed::none || ids_.empty() || !difference_.empty()) return;
  if (step.fate == Fate::neither) return;  // nothing is under way
  const ConnectionId id = ids_[step.to % ids_.size()];
  const std::uint32_t mark = step.to;
  const bool erase = step.deed == Deed::erase;
  const bool fast = erase ? fast_.erase(id) : fast_.set_mark(id, mark);
  const bool slow = erase ? slow_.erase(id.number) : slow_.set_mark(id.number, mark);
  expect(fast == slow, erase ? "erase" : "set_mark", id.number, fast, slow);
  compare_happenings(erase ? "at erase" : "at set_mark");
  compare_find(id);
}

void Comparison::collect_events() {
  Event event;
  while (ring_.pop(event)) {
    fast_happenings_.push_back({event.connection.id.number, event.kind, event.cause});
  }
}

/// Events of one call come in no order that is promised.
void Comparison::compare_happenings(const char* when) {
  collect_events();
  std::vector<Happening> fast = std::exchange(fast_happenings_, {});
  std::vector<Happening> slow = slow_.take_happenings();
  std::sort(fast.begin(), fast.end());
  std::sort(slow.begin(), slow.end());
  if (fast == slow) return;
  const auto [in_fast, in_slow] = std::mismatch(fast.begin(), fast.end(), slow.begin(), slow.end());
  const std::uint64_t number = in_fast != fast.end() ? in_fast->number : in_slow->number;
  differ("events " + std::string(when) + ": fast " + text(fast) + ", slow " + text(slow), number);
}

bool Comparison::compare_tables() {
  if (!difference_.empty()) return false;
  pass_time(0);
  std::vector<Connection> fast;
  std::uint32_t cursor = 0;
  while (cursor != Tracker::kListed) {
    const std::size_t n = fast_.list(cursor, listed_);
    fast.insert(fast.end(), listed_.begin(), listed_.begin() + static_cast<std::ptrdiff_t>(n));
  }
  std::sort(fast.begin(), fast.end(),
            [](const Connection& a, const Connection& b) { return a.id < b.id; });
  const std::vector<Connection> slow = slow_.entries();
  expect(fast.size() == slow.size(), "connections listed", 0, fast.size(), slow.size());
  expect(table_.size() == slow.size(), "size of the table", 0, table_.size(), slow.size());
  for (std::size_t i = 0; i < std::min(fast.size(), slow.size()); ++i) {
    compare_connection(fast[i], slow[i], "list");
  }
  compare_counters();
  return difference_.empty();
}

void Comparison::compare_connection(const Connection& fast, const Connection& slow,
                                    const char* where) {
  const std::uint64_t number = slow.id.number;
  expect(fast.id.number == number, where, number, fast.id.number, number);
  if (fast.original != slow.original) differ(std::string(where) + ": original tuple", number);
  if (fast.reply != slow.reply) differ(std::string(where) + ": reply tuple", number);
  expect(fast.zone == slow.zone, "zone", number, fast.zone, slow.zone);
  expect(fast.status == slow.status, "status", number, fast.status, slow.status);
  expect(fast.tcp_state == slow.tcp_state, "tcp_state", number,
         static_cast<std::uint64_t>(fast.tcp_state), static_cast<std::uint64_t>(slow.tcp_state));
  expect(fast.mark == slow.mark, "mark", number, fast.mark, slow.mark);
  if ((slow.status & status::confirmed) != 0) {  // before, nothing is promised of the count
    expect(fast.open_queries == slow.open_queries, "open_queries", number, fast.open_queries,
           slow.open_queries);
  }
  const std::int64_t fast_deadline = to_milliseconds(fast.deadline);
  const std::int64_t slow_deadline = to_milliseconds(slow.deadline);
  expect(fast_deadline == slow_deadline, "deadline (ms)", number,
         static_cast<std::uint64_t>(fast_deadline), static_cast<std::uint64_t>(slow_deadline));
}

void Comparison::compare_counters() {
  const Counters fast = table_.counters();
  const Counters& slow = slow_.counters();
  expect(fast.packets == slow.packets, "counter packets", 0, fast.packets, slow.packets);
  expect(fast.opened == slow.opened, "counter opened", 0, fast.opened, slow.opened);
  expect(fast.dropped == slow.dropped, "counter dropped", 0, fast.dropped, slow.dropped);
  expect(fast.destroyed == slow.destroyed, "counter destroyed", 0, fast.destroyed, slow.destroyed);
  expect(fast.evicted == slow.evicted, "counter evicted", 0, fast.evicted, slow.evicted);
  expect(fast.refused == slow.refused, "counter refused", 0, fast.refused, slow.refused);
  expect(fast.clashed == 0, "counter clashed", 0, fast.clashed, 0);
  expect(ring_.lost() == 0, "events lost", 0, ring_.lost(), 0);
}

void Comparison::expect(bool agreed, const char* what, std::uint64_t number, std::uint64_t fast,
                        std::uint64_t slow) {
  if (agreed) return;
  differ(std::string(what) + ": fast " + std::to_string(fast) + ", slow " + std::to_string(slow),
         number);
}

/// The first difference counts; what follows follows from it.
void Comparison::differ(std::string what, std::uint64_t number) {
  if (!difference_.empty()) return;
  difference_ = std::move(what);
  about_ = number;
}

std::string Comparison::difference() const {
  if (difference_.empty()) return {};
  constexpr std::size_t kMostLines = 24;
  std::vector<std::size_t> shown;
  for (std::size_t i = history_.size(); i-- > 0 && shown.size() < kMostLines;) {
    const Past& past = history_[i];
    const bool its_own = about_ != 0 && (past.fast.connection.number == about_ ||
                                         past.slow.connection.number == about_);
    if (its_own || i + 3 >= history_.size()) shown.push_back(i);
  }
  std::string out = "packet " + std::to_string(history_.size()) + ", connection #" +
                    std::to_string(about_) + ": " + difference_ + '\n';
  for (std::size_t i = shown.size(); i-- > 0;) out += line(shown[i]);
  return out;
}

std::string Comparison::line(std::size_t index) const {
  const Past& past = history_[index];
  constexpr std::string_view fates[] = {"confirm", "drop", "neither"};
  const std::int64_t ms = to_milliseconds(past.now - history_.front().now);
  std::string out = "  " + std::to_string(index + 1) + " at " + std::to_string(ms) +
                    " ms: " + text(past.packet) + ", zone " + std::to_string(past.zone) +
                    (past.notrack ? ", notrack" : "") + ", then " +
                    std::string(fates[static_cast<std::size_t>(past.fate)]) + "\n    fast " +
                    text(past.fast) + '\n';
  if (text(past.fast) != text(past.slow)) out += "    slow " + text(past.slow) + '\n';
  return out;
}

}  // namespace statewall::model
