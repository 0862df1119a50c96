#include "scenario/own_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "report/packet_text.h"
#include "report/reason_text.h"
#include "report/rule_text.h"
#include "report/table_text.h"
#include "scenario/link_frame.h"
#include "scenario/packet_maker.h"

namespace statewall {
namespace {

// A scenario opens no more connections than it sends packets. A table for so many behaves as the
// profile's, and is made in no time.
WorldConfig world_config(const Scenario& scenario, const Profile& by) {
  constexpr std::uint32_t kFewBuckets = 1024;
  WorldConfig config;
  config.profile = by;
  Profile& profile = config.profile;
  profile.max = std::min(profile.max, scenario.packets + 1);
  profile.buckets = std::min(profile.buckets, scenario.packets + kFewBuckets);
  return config;
}

// What is told of a packet with rules and without.
Outcome outcome_of(const World::Passage& passage, const Packet& shown) {
  const Observation& observation = passage.observation;
  Outcome out;
  out.state = observation.state;
  out.direction = observation.direction;
  out.reason = observation.reason;
  out.connection = observation.connection.number;
  out.about = observation.related_to.number;
  out.verdict = passage.passed ? Verdict::accept : Verdict::drop;
  out.rule = out.out = "";
  out.mark = 0;
  out.uncertain = false;
  const Packet& packet = passage.tracked != nullptr ? *passage.tracked : shown;
  out.packet = packet_text(packet);
  out.because = reason_text(packet, observation);
  return out;
}

// The last rules that the packet visited, and what came of it.
std::vector<std::string> decision_lines(const DecisionRecord& record, const Rulesets& rulesets) {
  constexpr std::size_t kMost = 20;
  std::vector<std::string> lines;
  const std::size_t left_out = record.visits.size() - std::min(record.visits.size(), kMost);
  if (left_out != 0) lines.push_back(fmt::format("({} rules before)", left_out));
  for (const DecisionRecord::Visit& visit : std::span(record.visits).subspan(left_out)) {
    lines.push_back(visit_text(rulesets, visit));
  }
  for (const std::string_view sentence :
       {sentence(record.decision.obstacle), sentence(record.decision.uncertainty)}) {
    if (!sentence.empty()) lines.emplace_back(sentence);
  }
  return lines;
}

void add_decision(Outcome& outcome, const DecisionRecord& record, const Rulesets& rulesets) {
  const Decision& decision = record.decision;
  outcome.verdict = decision.verdict;
  if (decision.decided) outcome.rule = place_text(*rulesets.of(decision.family), decision.place);
  // What does not go on leaves by no side.
  if (decision.verdict == Verdict::accept) outcome.out = record.out;
  outcome.mark = decision.mark;
  outcome.uncertain = decision.uncertainty != Uncertainty::none;
  outcome.decision = decision_lines(record, rulesets);
}

void add_happenings(Happenings& happened, const DecisionRecord& record) {
  happened.log.insert(happened.log.end(), record.log_lines.begin(), record.log_lines.end());
  for (const DecisionRecord::Nflog& nflog : record.nflogs) {
    happened.nflog.push_back(nflog_text(nflog.group, nflog.prefix));
  }
  if (!record.translation.empty()) happened.nat.push_back(record.translation);
}

}  // namespace

OwnMachine::OwnMachine(const Scenario& scenario, std::unique_ptr<World> world,
                       std::optional<SecondOpinion> beside)
    : scenario_(scenario),
      rulesets_{scenario.rules ? &scenario.rules->ruleset : nullptr,
                scenario.rules6 ? &scenario.rules6->ruleset : nullptr},
      world_(std::move(world)),
      beside_(std::move(beside)) {
  for (const auto& local : scenario.topology.locals) topology_.add(local);
  for (const auto& route : scenario.topology.routes) topology_.add(route);
  if (scenario.has_rules()) {
    firewall_.emplace(FirewallConfig{rulesets_.ipv4, rulesets_.ipv6, topology_});
  }
}

Result<std::unique_ptr<OwnMachine>> OwnMachine::create(const Scenario& scenario,
                                                       const Profile* beside) {
  auto world = World::create(world_config(scenario, scenario.profile));
  if (!world) return world.error();
  std::optional<SecondOpinion> opinion;
  if (beside != nullptr) {
    auto created = SecondOpinion::create(world_config(scenario, *beside));
    if (!created) return created.error();
    opinion.emplace(std::move(*created));
  }
  return std::unique_ptr<OwnMachine>(
      new OwnMachine(scenario, std::move(*world), std::move(opinion)));
}

std::optional<Error> OwnMachine::advance(Nanoseconds time, Happenings& happened) {
  now_ = time;
  world_->advance(time, [&](const Event& event) { happened.events.push_back(event); });
  return std::nullopt;
}

Result<Outcome> OwnMachine::send(const PacketStep& step, const PacketBytes& whole,
                                 Happenings& happened) {
  // Of a packet in fragments the last one counts, which completes it.
  Outcome outcome;
  for (const PacketBytes& bytes : parts_sent(step.packet, whole)) {
    outcome = firewall_ ? cross(step, bytes, happened) : send_part(step, bytes);
    world_->take_events([&](const Event& event) { happened.events.push_back(event); });
    if (!beside_) continue;
    const bool let_out = firewall_ ? outcome.verdict == Verdict::accept : !step.drop;
    beside_->packet(now_, read_ip(bytes), bytes, *outcome.state, let_out);
  }
  return outcome;
}

Outcome OwnMachine::send_part(const PacketStep& step, const PacketBytes& bytes) {
  const Packet packet = read_ip(bytes);
  return outcome_of(world_->pass(packet, bytes, !step.drop), packet);
}

Outcome OwnMachine::cross(const PacketStep& step, const PacketBytes& bytes, Happenings& happened) {
  const bool comes_in = step.side >= 0;
  const auto side = static_cast<std::size_t>(comes_in ? step.side : 0);
  const PacketBytes frame =
      comes_in ? link_frame(bytes, topology_, side_mac(side), step.packet.mac) : bytes;
  const LinkType link = comes_in ? LinkType::ethernet : LinkType::raw;
  const Packet packet = read_frame(frame, link, frame.size(), ChecksumMode::verify);
  const World::Crossing crossing{
      .frame = frame,
      .link = link,
      .interface = comes_in ? std::string_view(scenario_.topology.sides[side]) : std::string_view(),
      .local = step.side == PacketStep::kLocal};
  recorder_.begin();
  const Outcome outcome =
      finish(world_->pass(packet, crossing, *firewall_, &recorder_), packet, happened);
  while (!firewall_->answer().empty()) {
    const auto sent = firewall_->answer();
    FirewallAnswer answer{{sent.begin(), sent.end()}, {}};
    recorder_.begin();
    const World::Passage passage = world_->send_answer(*firewall_, &recorder_);
    answer.outcome = finish(passage, *passage.tracked, happened);
    happened.answers.push_back(std::move(answer));
  }
  return outcome;
}

Outcome OwnMachine::finish(const World::Passage& passage, const Packet& shown,
                           Happenings& happened) {
  const DecisionRecord& record = recorder_.finish(*passage.decision);
  Outcome outcome = outcome_of(passage, shown);
  add_decision(outcome, record, rulesets_);
  add_happenings(happened, record);
  return outcome;
}

Result<std::vector<std::string>> OwnMachine::table() {
  const auto format = static_cast<TableFormat>(world_->profile().table_format);
  std::vector<std::string> lines;
  for (const Connection& connection : world_->connections()) {
    std::string line = table_line(connection, now_, format);
    line.resize(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace statewall
