#include "replay/feed.h"

#include "statewall/reassembly.h"

namespace statewall {
namespace {

FrameNotes notes_of(const Frame& frame) {
  FrameNotes notes{frame.interface, frame.interface_name, {}};
  for (const std::string_view comment : frame.comments) notes.comments.push_back(comment);
  return notes;
}

}  // namespace

bool Feed::fill(FeedBatch& batch) {
  batch.filled = 0;
  batch.problems.clear();
  batch.start.reset();
  while (batch.filled < batch.slots.size()) {
    const Frame* frame = captures_.next();
    if (captures_.has_problems()) [[unlikely]] {
      for (Error& error : captures_.take_problems()) batch.problems.push_back(std::move(error));
    }
    if (!frame) return false;
    if (!begun_) {
      begun_ = true;
      batch.start = {&captures_.file(), frame->time};
      const bool by_time = config_.to && config_.to->kind != Moment::Kind::frame;
      if (by_time) to_time_ = time_of(*config_.to, frame->time);
    }
    if (is_beyond(*frame)) return false;
    if (auto error = unknown_links_.complaint(captures_.file(), *frame)) {
      batch.problems.push_back(std::move(*error));
    }
    const bool matches =
        !config_.filter || config_.filter(*frame, captures_.file(), batch.problems);
    if (matches || !config_.track_matching) add(*frame, matches, batch);
  }
  return true;
}

bool Feed::is_beyond(const Frame& frame) const {
  if (!config_.to) return false;
  return config_.to->kind == Moment::Kind::frame ? frame.number > config_.to->frame
                                                 : frame.time > to_time_;
}

void Feed::add(const Frame& frame, bool matches, FeedBatch& batch) {
  FeedBatch::Slot& slot = batch.slots[batch.filled];
  slot.file = &captures_.file();
  slot.number = frame.number;
  slot.position = frame.position;
  slot.time = frame.time;
  slot.matches = matches;
  if (batch.slots.size() == 1) slot.notes = notes_of(frame);
  Packet& packet = batch.packets[batch.filled];
  read_packet(frame, config_.reading, packet, &slot.path);
  slot.bytes.clear();
  if (config_.firewall || Reassembly::concerns(packet)) {
    slot.bytes.assign(frame.bytes.begin(), frame.bytes.end());
  }
  if (config_.firewall) {
    slot.link = LinkType{frame.link};
    slot.interface = frame.interface_name;
  }
  ++batch.filled;
}

}  // namespace statewall
