#include "scenario/own_machine.h"

#include <algorithm>
#include <utility>

#include "report/packet_text.h"
#include "report/reason_text.h"
#include "report/table_text.h"
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

Outcome outcome_of(const World::Passage& passage, const Packet& shown) {
  const Observation& observation = passage.observation;
  Outcome out;
  out.state = observation.state;
  out.direction = observation.direction;
  out.reason = observation.reason;
  out.connection = observation.connection.number;
  out.about = observation.related_to.number;
  out.verdict = passage.passed ? Verdict::accept : Verdict::drop;
  const Packet& packet = passage.tracked != nullptr ? *passage.tracked : shown;
  out.packet = packet_text(packet);
  out.because = reason_text(packet, observation);
  return out;
}

}  // namespace

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
  return std::unique_ptr<OwnMachine>(new OwnMachine(std::move(*world), std::move(opinion)));
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
    const Packet packet = read_ip(bytes);
    const World::Passage passage = world_->pass(packet, bytes, !step.drop);
    outcome = outcome_of(passage, packet);
    world_->take_events([&](const Event& event) { happened.events.push_back(event); });
    if (beside_) beside_->packet(now_, packet, bytes, passage.observation.state, !step.drop);
  }
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
