#include "firewall/firewall.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "firewall/parts.h"
#include "firewall/passage.h"
#include "wire/ip_readable.h"

namespace statewall {
namespace {

constexpr std::string_view kNames[kVerdicts] = {"none", "ACCEPT", "DROP", "REJECT"};

/// Does any rule see it?
bool is_judged(const Packet& packet) {
  return ip_readable(packet.error) && packet.headers.family != Family::none;
}

}  // namespace

std::string_view name(Verdict verdict) { return kNames[static_cast<int>(verdict)]; }

std::string_view sentence(Uncertainty uncertainty) {
  switch (uncertainty) {
    case Uncertainty::skipped_rule: return "a rule was passed over that is not supported";
    case Uncertainty::translated: return "its connection would be translated, which is not done";
    case Uncertainty::none: break;
  }
  return {};
}

std::string_view sentence(Obstacle obstacle) {
  switch (obstacle) {
    case Obstacle::table_full: return "the table has no room for its connection";
    case Obstacle::ttl: return "its TTL ends at the firewall";
    case Obstacle::none: break;
  }
  return {};
}

Firewall::Firewall(FirewallConfig config) : parts_(std::make_unique<Parts>(std::move(config))) {}
Firewall::~Firewall() = default;
Firewall::Firewall(Firewall&&) noexcept = default;

Decision Firewall::handle(Tracker& tracker, const Arrival& arrival, Lookup& lookup, Nanoseconds now,
                          FirewallWitness* witness) {
  parts_->answer_size = 0;
  Decision decision;
  if (is_judged(arrival.packet)) {
    Passage(*parts_, tracker, arrival, now, witness, decision).run(lookup, nullptr);
  } else {
    tracker.observe(arrival.packet, lookup, now, decision.observation);
    tracker.confirm();
  }
  return decision;
}

std::span<const std::uint8_t> Firewall::answer() const {
  return std::span(parts_->answer_bytes).first(parts_->answer_size);
}

/// A kernel attaches its answer to the refused packet's connection, whether that is in the table or
/// not: it is RELATED, in the other direction. Only where the profile lets errors end connections
/// is it tracked as any other.
Decision Firewall::handle_answer(Tracker& tracker, Nanoseconds now, FirewallWitness* witness) {
  // A reset may be answered itself, by an error.
  const std::size_t size = std::exchange(parts_->answer_size, 0);
  std::copy_n(parts_->answer_bytes.begin(), size, parts_->sent_bytes.begin());
  const auto bytes = std::span<const std::uint8_t>(parts_->sent_bytes).first(size);
  const Packet packet = read_ip(bytes);
  const Arrival arrival{.packet = packet, .bytes = bytes, .local = true};
  Observation attached = parts_->answered;
  const bool in_table = attached.connection && (attached.status & status::confirmed) != 0;
  const bool may_end =
      in_table && tracker.profile().error_ends != 0 && packet.headers.protocol != protocol::tcp;
  attached.state = State::related;
  attached.reason = Reason::quotes_connection;
  attached.related_to = attached.connection;
  attached.direction =
      attached.direction == Direction::original ? Direction::reply : Direction::original;
  Lookup lookup;
  tracker.prepare({&packet, 1}, {&lookup, 1});
  Decision decision;
  Passage passage(*parts_, tracker, arrival, now, witness, decision);
  passage.answer_to(parts_->answered);
  passage.run(lookup, attached.connection && !may_end ? &attached : nullptr);
  return decision;
}

void Firewall::take_over(Firewall& before) { parts_->lists.take_over(before.parts_->lists); }

rules::RuleCounters Firewall::counters(Family family, const RulePlace& place) const {
  const rules::Evaluator* evaluator = parts_->evaluator(family);
  return evaluator ? evaluator->counters(place) : rules::RuleCounters{};
}

}  // namespace statewall
