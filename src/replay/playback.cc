#include "replay/playback.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "report/time_text.h"
#include "rules/each_place.h"

namespace statewall {
namespace {

/// Has it a rule that asks where a packet came in?
bool asks_for_interfaces(const rules::Ruleset* ruleset) {
  const auto asks = [](const rules::Rule& rule) { return rule.in.given(); };
  return ruleset && rules::any_rule(*ruleset, asks);
}

}  // namespace

Playback::Playback(const PlaybackConfig& config, const PlaybackTalk& talk,
                   std::span<View* const> views, World& world)
    : config_(config), talk_(talk), views_(views), world_(world), recorder_(config.trail) {
  if (!config.firewall) return;
  firewall_.emplace(*config.firewall);
  rulesets_ = {config.firewall->ipv4, config.firewall->ipv6};
  asks_for_interfaces_ = asks_for_interfaces(rulesets_.ipv4) || asks_for_interfaces(rulesets_.ipv6);
}

void Playback::run(MergedCaptures& captures) {
  Feed feed(config_, captures);
  FeedBatch batch(config_.batch);
  for (bool more = true; more;) {
    more = feed.fill(batch);
    more = take(batch) && more;
  }
  if (!begun_) return;
  for (View* view : views_) view->end(world_);
  // What ends beyond the capture is nobody's business, but for these tables.
  while (!at_times_.empty()) {
    world_.advance(at_times_.back(), [](const Event&) {});
    show_table(at_times_.back());
    at_times_.pop_back();
  }
}

inline void Playback::show(const Slot& slot, const Packet& packet, const World::Passage& passage) {
  const Observation& observation = passage.observation;
  const bool shown = slot.matches && from_reached_;
  if (config_.filter && shown && observation.connection) {
    shown_.insert(observation.connection.number);
  }
  const PacketRecord record{*slot.file,
                            slot.number,
                            slot.time,
                            packet,
                            observation,
                            &slot.path,
                            &slot.notes,
                            passage.tracked,
                            slot.bytes,
                            firewall_ ? decided_ : nullptr,
                            firewall_ ? &rulesets_ : nullptr,
                            firewall_ ? slot.link : LinkType::raw};
  for (View* view : views_) view->packet(record, shown);
  while (firewall_ && !firewall_->answer().empty()) send_answer(record, shown);
  world_.take_events([this](const Event& event) { tell(event); });
}

inline void Playback::play(const Slot& slot, const Packet& packet, const Lookup& lookup) {
  if (!at_times_.empty()) show_tables_until(slot.time);
  if (!world_.advance_quietly(slot.time)) advance(slot);
  from_reached_ = from_reached_ || is_from(slot);
  show(slot, packet, firewall_ ? cross(slot, packet) : world_.pass(packet, slot.bytes, lookup));
  if (!at_frames_.empty()) show_tables_after(slot.number);
}

/// Plays a batch. False when the rest is not wanted.
bool Playback::take(const FeedBatch& batch) {
  for (const Error& error : batch.problems) talk_.problem(error);
  if (batch.start) begin(*batch.start);
  const auto packets = std::span(batch.packets).first(batch.filled);
  const auto lookups = std::span(lookups_).first(batch.filled);
  world_.prepare(packets, lookups);
  for (std::size_t i = 0; i < batch.filled; ++i) play(batch.slots[i], packets[i], lookups[i]);
  if (batch.filled == 0) return true;
  const Slot& latest = batch.slots[batch.filled - 1];
  return talk_.goes_on(latest.number, latest.position);
}

/// The first frame is known, and with it what times after it mean.
void Playback::begin(const FeedBatch::Start& start) {
  begun_ = true;
  const bool by_time = config_.from && config_.from->kind != Moment::Kind::frame;
  if (by_time) from_time_ = time_of(*config_.from, start.time);
  from_reached_ = !config_.from;
  for (const Moment& moment : config_.at) {
    if (moment.kind == Moment::Kind::frame) {
      at_frames_.push_back(moment.frame);
    } else {
      at_times_.push_back(time_of(moment, start.time));
    }
  }
  std::ranges::sort(at_frames_, std::greater());
  std::ranges::sort(at_times_, std::greater());
  for (View* view : views_) view->begin(*start.file);
}

World::Passage Playback::cross(const Slot& slot, const Packet& packet) {
  // What a tunnel carries has no link of its own.
  const LinkType link = slot.path.depth == 0 ? slot.link : LinkType::raw;
  recorder_.begin();
  const World::Passage passage =
      world_.pass(packet, {slot.bytes, link, slot.interface}, *firewall_, &recorder_);
  const Decision& decision = *passage.decision;
  decided_ = &recorder_.finish(decision);
  const bool came_in = decision.decided && decision.way != rules::Hook::output;
  if (asks_for_interfaces_ && came_in && decision.in.empty()) tell_unknown_interface(slot);
  return passage;
}

void Playback::send_answer(const PacketRecord& cause, bool shown) {
  const std::span<const std::uint8_t> sent = firewall_->answer();
  const std::vector<std::uint8_t> bytes(sent.begin(), sent.end());
  recorder_.begin();
  const World::Passage passage = world_.send_answer(*firewall_, &recorder_);
  const DecisionRecord& decision = recorder_.finish(*passage.decision);
  const Answer answer{*passage.tracked, passage.observation, bytes, decision};
  for (View* view : views_) view->answer(cause, answer, shown);
}

/// Time never runs backwards: it stands still until the capture catches up. Told once; so is the
/// first block without a time.
void Playback::advance(const Slot& slot) {
  const std::optional<Nanoseconds> now = world_.now();
  world_.advance(slot.time, [this](const Event& event) { tell(event); });
  if (now && slot.time < *now && !std::exchange(ran_backwards_, true)) tell_backwards(slot, *now);
}

void Playback::show_tables_until(Nanoseconds time) {
  while (!at_times_.empty() && at_times_.back() < time) {
    const Nanoseconds moment = at_times_.back();
    at_times_.pop_back();
    world_.advance(moment, [this](const Event& event) { tell(event); });
    show_table(moment);
  }
}

void Playback::show_tables_after(std::uint64_t frame) {
  while (!at_frames_.empty() && at_frames_.back() == frame) {
    at_frames_.pop_back();
    show_table(*world_.now());
  }
}

void Playback::show_table(Nanoseconds time) {
  for (View* view : views_) view->table(world_, time);
}

void Playback::tell(const Event& event) {
  const bool shown = shows(event);
  for (View* view : views_) view->event(event, shown);
}

bool Playback::shows(const Event& event) {
  if (!config_.filter) return from_reached_;
  const std::uint64_t number = event.connection.id.number;
  const bool shown = shown_.contains(number);
  if (event.kind == EventKind::destroy) shown_.erase(number);
  return shown;
}

bool Playback::is_from(const Slot& slot) const {
  return config_.from->kind == Moment::Kind::frame ? slot.number >= config_.from->frame
                                                   : slot.time >= from_time_;
}

/// A rule with `-i` says nothing of a packet whose interface nobody knows. Told once.
void Playback::tell_unknown_interface(const Slot& slot) {
  asks_for_interfaces_ = false;
  talk_.remark(
      fmt::format("{}: frame {}: nothing tells where it came in; rules with -i do not match "
                  "(--local and --route say what lies behind an interface)",
                  *slot.file, slot.number));
}

void Playback::tell_backwards(const Slot& slot, Nanoseconds now) {
  Buffer text;
  append(text, "{}: frame {}: ", *slot.file, slot.number);
  if (slot.time == 0) {
    append(text, "has no time; tracking takes that of the frame before");
  } else {
    append(text, "time runs backwards by ");
    append_span(text, span_between(slot.time, now));
    append(text, " s; tracking waits until the capture catches up");
  }
  talk_.remark(fmt::to_string(text));
}

}  // namespace statewall
