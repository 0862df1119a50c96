#include "replay/playback.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "report/time_text.h"

namespace statewall {
namespace {

FrameNotes notes_of(const Frame& frame) {
  FrameNotes notes{frame.interface, frame.interface_name, {}};
  for (const std::string_view comment : frame.comments) notes.comments.push_back(comment);
  return notes;
}

}  // namespace

void Playback::run(MergedCaptures& captures) {
  while (fill(captures)) {
    const auto lookups = std::span(lookups_).first(filled_);
    std::ranges::fill(lookups, Lookup{});
    world_.prepare(std::span(packets_).first(filled_), lookups);
    for (std::size_t i = 0; i < filled_; ++i) play(slots_[i], packets_[i], lookups[i]);
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

/// Reads the next batch. False when there is none.
bool Playback::fill(MergedCaptures& captures) {
  filled_ = 0;
  while (filled_ < config_.batch && !ended_) {
    const Frame* frame = captures.next();
    if (!frame) {
      ended_ = true;
      break;
    }
    if (!begun_) begin(*frame, captures.file());
    if (!talk_.goes_on(*frame) || is_beyond(*frame)) ended_ = true;
    if (ended_) break;
    if (const auto error = unknown_links_.complaint(captures.file(), *frame)) talk_.problem(*error);
    const bool matches = !config_.filter || config_.filter(*frame, captures.file());
    if (!matches && config_.track_matching) continue;
    Slot& slot = slots_[filled_];
    slot.file = &captures.file();
    slot.number = frame->number;
    slot.time = frame->time;
    slot.matches = matches;
    if (config_.batch == 1) slot.notes = notes_of(*frame);
    packets_[filled_] = read_packet(*frame, config_.reading, &slot.path);
    ++filled_;
  }
  return filled_ > 0;
}

/// The first frame is known, and with it what times after it mean.
void Playback::begin(const Frame& frame, const std::string& file) {
  begun_ = true;
  const auto time_or_0 = [&](const std::optional<Moment>& moment) {
    return moment && moment->kind != Moment::Kind::frame ? time_of(*moment, frame.time) : 0;
  };
  from_time_ = time_or_0(config_.from);
  to_time_ = time_or_0(config_.to);
  from_reached_ = !config_.from;
  for (const Moment& moment : config_.at) {
    if (moment.kind == Moment::Kind::frame) {
      at_frames_.push_back(moment.frame);
    } else {
      at_times_.push_back(time_of(moment, frame.time));
    }
  }
  std::ranges::sort(at_frames_, std::greater());
  std::ranges::sort(at_times_, std::greater());
  for (View* view : views_) view->begin(file);
}

void Playback::play(const Slot& slot, const Packet& packet, const Lookup& lookup) {
  show_tables_until(slot.time);
  advance(slot);
  from_reached_ = from_reached_ || is_from(slot);
  const Observation observation = world_.pass(packet, lookup).observation;
  const bool shown = slot.matches && from_reached_;
  if (config_.filter && shown && observation.connection) {
    shown_.insert(observation.connection.number);
  }
  const PacketRecord record{*slot.file,  slot.number, slot.time,  packet,
                            observation, &slot.path,  &slot.notes};
  for (View* view : views_) view->packet(record, shown);
  world_.take_events([this](const Event& event) { tell(event); });
  show_tables_after(slot.number);
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

bool Playback::is_beyond(const Frame& frame) const {
  if (!config_.to) return false;
  return config_.to->kind == Moment::Kind::frame ? frame.number > config_.to->frame
                                                 : frame.time > to_time_;
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
