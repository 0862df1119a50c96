#include "replay/explainer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "replay/packet_tuple.h"

namespace statewall {
namespace {

constexpr std::size_t kNearMisses = 3;

/// What the tracker looks up for a packet, if anything.
std::optional<LookedUp> looked_up(const World& world, const Packet& packet) {
  Lookup lookup;
  world.prepare({&packet, 1}, {&lookup, 1});
  switch (lookup.plan) {
    case Lookup::Plan::query:
    case Lookup::Plan::datagram:
    case Lookup::Plan::flow: return LookedUp{tuple_of(packet.headers), false};
    case Lookup::Plan::error: return LookedUp{tuple_of(packet.quote.headers), true};
    case Lookup::Plan::settled:
    case Lookup::Plan::hopeless: break;
  }
  return std::nullopt;
}

/// Which way a tuple belongs to a connection. Where both fit, the reply comes first, as the tracker
/// has it.
Direction direction_of(const Tuple& tuple, const Connection& connection) {
  if (tuple == connection.reply) return Direction::reply;
  return tuple == connection.original ? Direction::original : Direction::none;
}

/// The directions in which a connection one field away is worth telling. For a packet that opens a
/// connection of its own it is one that looks like an answer.
struct Wanted {
  bool original = false;
  bool reply = false;
};

Wanted wanted(Reason reason) {
  switch (reason) {
    case Reason::quotes_unknown:
    case Reason::opens_midstream: return {true, true};
    case Reason::reply_without_query:
    case Reason::opens_udp:
    case Reason::opens_other: return {false, true};
    default: return {};
  }
}

/// The newest first.
std::vector<NearMiss> near_misses(const Tuple& tuple, const std::vector<Connection>& table,
                                  Wanted wanted) {
  std::vector<NearMiss> near;
  for (const Connection& connection : table) {
    std::optional<std::string_view> field;
    if (wanted.reply) field = only_difference(tuple, connection.reply);
    if (!field && wanted.original) field = only_difference(tuple, connection.original);
    if (field) near.push_back({connection, *field});
  }
  std::ranges::reverse(near);
  return near;
}

}  // namespace

Result<Explainer> Explainer::create(const WorldConfig& config, const FrameReading& reading) {
  Explainer explainer(reading);
  auto world = World::create(config);
  if (!world) return world.error();
  explainer.world_ = std::move(*world);
  explainer.variants_ = variants(config.profile);
  std::vector<WorldConfig> configs;
  for (const Profile& profile : profiles()) {
    configs.push_back({profile, config.hash_key, 0, reading});
  }
  for (const Variant& variant : explainer.variants_) {
    configs.push_back({variant.profile, config.hash_key, 0, reading});
  }
  Result<Worlds> others = Worlds::create(configs);
  if (!others) return others.error();
  explainer.others_ = std::move(*others);
  return explainer;
}

void Explainer::advance(const Frame& frame) {
  world_->advance(frame.time, [&](const Event& event) { histories_.note(event, {0, event.time}); });
}

Explainer::Step Explainer::show(const Frame& frame) {
  Step step;
  step.packet = read_packet(frame, reading_);
  const World::Passage passage = world_->pass(step.packet, frame.bytes);
  step.observation = passage.observation;
  if (passage.tracked) step.tracked = *passage.tracked;
  world_->take_events([&](const Event& event) {
    step.events.push_back(event);
    histories_.note(event, {frame.number, frame.time});
  });
  histories_.count(step.observation, {frame.number, frame.time});
  return step;
}

void Explainer::pass(const Frame& frame) {
  advance(frame);
  others_.pass(frame.time, show(frame).packet, frame.bytes);
}

Explanation Explainer::explain(std::string_view file, const Frame& frame) {
  advance(frame);
  Explanation all;
  all.file = file;
  all.at = {frame.number, frame.time};
  all.now = *world_->now();
  all.link = frame.link;
  all.original_length = frame.original_length;
  all.bytes.assign(frame.bytes.begin(), frame.bytes.end());

  // What a fragment completes is known when it was shown.
  const std::vector<Connection> table = world_->connections();
  const Histories before = histories_;
  Step step = show(frame);
  if (step.tracked) all.looked_up = looked_up(*world_, *step.tracked);
  for (const Connection& connection : table) {
    if (!all.looked_up) break;
    const Direction direction = direction_of(all.looked_up->tuple, connection);
    if (direction == Direction::none) continue;
    all.found = connection;
    all.found_direction = direction;
    if (const auto* history = before.find(connection.id.number)) all.history = *history;
  }

  all.packet = step.packet;
  all.subject = step.tracked.value_or(step.packet);
  all.observation = step.observation;
  all.events = std::move(step.events);
  const ConnectionId id = all.found ? all.found->id : step.observation.connection;
  if (id) all.after = world_->find(id);

  if (all.looked_up && !all.found) {
    const ConnectionHistory* earlier = histories_.last_ended(all.looked_up->tuple);
    if (earlier && earlier->id != step.observation.connection) all.earlier = *earlier;
    all.near = near_misses(all.looked_up->tuple, table, wanted(step.observation.reason));
    all.near_count = all.near.size();
    if (all.near.size() > kNearMisses) all.near.resize(kNearMisses);
  }

  const auto seen = others_.pass(frame.time, step.packet, frame.bytes);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (i < profiles().size()) {
      all.profiles.push_back({std::string(profiles()[i].name), seen[i]});
    } else if (seen[i].state != step.observation.state) {
      all.switches.push_back({variants_[i - profiles().size()].name, seen[i]});
    }
  }
  return all;
}

}  // namespace statewall
