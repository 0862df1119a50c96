#include <algorithm>
#include <array>

#include "firewall/reject.h"
#include "live/engine.h"

namespace statewall {
namespace {

std::span<const std::uint8_t> link_header_of(const LiveFrame& frame, const Packet& packet) {
  if (!frame.link_header.empty()) return frame.link_header;
  return frame.bytes.first(std::min<std::size_t>(packet.l3_offset, frame.bytes.size()));
}

/// What no rule judges goes on only if it is no IP at all: what is broken, hosts discard (A21), and
/// behind more tags than are read there may be anything.
Fate fate_of(const Decision& decision, const Packet& packet) {
  if (decision.verdict == Verdict::accept) return Fate::pass;
  const bool foreign =
      decision.observation.reason == Reason::not_ip && packet.vlan_tags < kMaxVlanTags;
  return decision.verdict == Verdict::none && foreign ? Fate::no_rules : Fate::drop;
}

}  // namespace

/// Takes down what LOG says.
struct EngineWorker::Witness final : FirewallWitness {
  explicit Witness(EngineWorker& owner) : worker(owner) {}

  void visited(Family, rules::Hook, const RulePlace&, int) override {}
  void nflogged(const rules::NflogTarget&) override {}
  void would_translate(const rules::NatTarget&, std::string_view) override {}
  void logged(const rules::LogTarget&, std::string_view line) override {
    WorkerLog& log = worker.log_;
    ++worker.counters_.log_lines;
    if (log.lines.size() == WorkerLog::kMostLines) {
      ++log.lost;
    } else {
      log.lines.emplace_back(line);
    }
  }

  EngineWorker& worker;
};

EngineWorker::EngineWorker(Engine& engine, unsigned index)
    : engine_(engine),
      index_(index),
      event_slots_(kEvents),
      events_(event_slots_),
      tracker_(engine.table_, index, &events_),
      room_(Reassembly::kRoom) {}

void EngineWorker::handle(std::span<const LiveFrame> frames, FrameSink& sink) {
  const std::lock_guard busy(busy_);
  RulesInForce::Turn turn = rules_->turn(index_);
  firewall_ = &turn.firewall();
  now_ = engine_.now();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const LiveFrame& frame = frames[i];
    read_frame(frame.bytes, frame.link, std::max(frame.length, frame.bytes.size()), frame.checksums,
               packets_[i]);
  }
  // A fragment may complete a datagram, which is then what is tracked: it goes by itself.
  std::size_t first = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (!concerns_reassembly(packets_[i])) continue;
    handle_run(frames.first(i), first, sink);
    handle_fragment(frames[i], i, sink);
    first = i + 1;
  }
  handle_run(frames, first, sink);
}

void EngineWorker::tick() {
  const std::lock_guard busy(busy_);
  const Nanoseconds now = engine_.now();
  // The rest, if there is more, is done next time: frames do not wait for it.
  for (int i = 0; i < 64 && !tracker_.expire(now); ++i) {
  }
  engine_.fragments_.expire(now);
}

bool EngineWorker::concerns_reassembly(const Packet& packet) const {
  const Profile& profile = tracker_.profile();
  const bool wanted =
      packet.headers.family == Family::ipv6 ? profile.reassembly6 != 0 : profile.reassembly != 0;
  return wanted && Reassembly::concerns(packet);
}

/// The frames from `first` on, none of which is a fragment.
void EngineWorker::handle_run(std::span<const LiveFrame> frames, std::size_t first,
                              FrameSink& sink) {
  const std::size_t count = frames.size() - first;
  const auto lookups = std::span(lookups_).subspan(first, count);
  std::ranges::fill(lookups, Lookup{});
  tracker_.prepare(std::span(packets_).subspan(first, count), lookups);
  for (std::size_t i = first; i < frames.size(); ++i) {
    handle_one(frames[i], i, packets_[i], frames[i].bytes, lookups_[i], 0, sink);
  }
}

void EngineWorker::handle_fragment(const LiveFrame& frame, std::size_t index, FrameSink& sink) {
  const Packet& packet = packets_[index];
  const auto ip = frame.bytes.subspan(std::min<std::size_t>(packet.l3_offset, frame.bytes.size()));
  const auto zone = static_cast<Zone>(frame.side << 12 | (packet.vlan & 0xfff));
  const Reassembled got = engine_.fragments_.take(ip, packet, zone, now_, room_);
  using Kind = Reassembled::Fate;
  if (got.fate == Kind::held || got.fate == Kind::dropped) {
    Decision decision;
    decision.observation.reason = got.reason;
    decision.observation.datagram = got.number;
    decision.family = packet.headers.family;
    const bool held = got.fate == Kind::held;
    counters_.held += held;
    tell(frame, index, packet, frame.bytes,
         {held ? Fate::hold : Fate::drop, decision, packet, held ? got.number : 0}, sink);
    return;
  }
  const bool whole = got.fate == Kind::completes;
  const Packet datagram = whole ? read_datagram(got.datagram, frame.checksums) : packet;
  Lookup lookup;
  tracker_.prepare({&datagram, 1}, {&lookup, 1});
  // One that passes as it is decides nothing for the others, whatever datagram it says it is of.
  handle_one(frame, index, datagram, whole ? got.datagram : frame.bytes, lookup,
             whole ? got.number : 0, sink);
}

/// `packet` is what is tracked, and `bytes` what it was read from: the frame, or its datagram.
void EngineWorker::handle_one(const LiveFrame& frame, std::size_t index, const Packet& packet,
                              std::span<const std::uint8_t> bytes, Lookup& lookup,
                              std::uint64_t datagram, FrameSink& sink) {
  const Arrival arrival{.packet = packet,
                        .bytes = bytes,
                        .link = frame.link_header.empty() ? frame.link : LinkType::ethernet,
                        .link_header = link_header_of(frame, packets_[index]),
                        .interface = frame.in,
                        .way = frame.way,
                        .out_interface = frame.out,
                        .keeps_ttl = true,
                        .mark = frame.mark};
  Witness witness(*this);
  FirewallWitness* const told = rules_->logs() ? &witness : nullptr;
  Decision decision = firewall_->handle(tracker_, arrival, lookup, now_, told);
  decision.observation.datagram = datagram;
  tell(frame, index, packet, bytes,
       {fate_of(decision, packets_[index]), decision, packets_[index], datagram}, sink);
  send_answers(index, sink);
}

void EngineWorker::tell(const LiveFrame& frame, std::size_t index, const Packet& packet,
                        std::span<const std::uint8_t> bytes, const LiveOutcome& outcome,
                        FrameSink& sink) {
  const Decision& decision = outcome.decision;
  const Observation& seen = decision.observation;
  ++counters_.states[static_cast<std::size_t>(seen.state)];
  ++counters_.reasons[static_cast<std::size_t>(seen.reason)];
  ++counters_.verdicts[static_cast<std::size_t>(decision.verdict)];
  counters_.table_full += decision.obstacle == Obstacle::table_full;
  counters_.bytes += frame.bytes.size();
  sink.decided(index, outcome);
  if (!watch_.any()) return;
  const bool refused = outcome.fate == Fate::drop;
  const bool of_connection = watch_.connection != 0 && seen.connection.number == watch_.connection;
  if (watch_.everything || (watch_.not_accepted && refused) || of_connection) {
    const bool from_ip = bytes.data() != frame.bytes.data();
    log_packet(packet, bytes, from_ip ? LinkType::raw : frame.link, decision);
  }
}

/// A reset may be refused itself, and be answered by an error.
void EngineWorker::send_answers(std::size_t index, FrameSink& sink) {
  Witness witness(*this);
  FirewallWitness* const told = rules_->logs() ? &witness : nullptr;
  while (!firewall_->answer().empty()) {
    std::array<std::uint8_t, kLongestAnswer> packet;
    const auto answer = firewall_->answer();
    std::ranges::copy(answer, packet.begin());
    const Decision decision = firewall_->handle_answer(tracker_, now_, told);
    if (decision.verdict != Verdict::accept) continue;
    ++counters_.answers;
    sink.answer(index, packets_[index], std::span(packet).first(answer.size()));
  }
}

void EngineWorker::log_packet(const Packet& packet, std::span<const std::uint8_t> bytes,
                              LinkType link, const Decision& decision) {
  if (news_.packets.size() == WorkerNews::kMostPackets) {
    ++news_.packets_lost;
    return;
  }
  LoggedPacket& logged = news_.packets.emplace_back();
  logged.time = now_;
  logged.number = counters_.packets();
  logged.packet = packet;
  logged.link = link;
  logged.kept = static_cast<std::uint16_t>(std::min(bytes.size(), LoggedPacket::kKept));
  std::ranges::copy(bytes.first(logged.kept), logged.bytes.begin());
  logged.decision = decision;
  logged.in = decision.in;
  logged.out = decision.out;
  logged.decision.in = logged.decision.out = {};
  logged.rules = rules_;
}

}  // namespace statewall
