#include "replay/histories.h"

namespace statewall {

void Histories::note(const Event& event, FramePoint at) {
  const Connection& connection = event.connection;
  ConnectionHistory& history = by_number_[connection.id.number];
  switch (event.kind) {
    case EventKind::new_:
      history.id = connection.id;
      history.original = connection.original;
      history.reply = connection.reply;
      history.opened = at;
      break;
    case EventKind::update: break;
    case EventKind::destroy:
      history.end = event.cause;
      // The clock may come by later than the time ran out.
      history.ended =
          event.cause == DestroyCause::expired ? FramePoint{0, connection.deadline} : at;
      break;
  }
}

void Histories::count(const Observation& observation, FramePoint at) {
  const auto found = by_number_.find(observation.connection.number);
  if (found == by_number_.end()) return;
  ConnectionHistory& history = found->second;
  history.last = at;
  if (observation.state == State::related) {
    ++history.errors;
  } else {
    ++(observation.direction == Direction::reply ? history.reply_packets
                                                 : history.original_packets);
  }
}

const ConnectionHistory* Histories::find(std::uint64_t number) const {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : &found->second;
}

const ConnectionHistory* Histories::last_ended(const Tuple& tuple) const {
  const ConnectionHistory* last = nullptr;
  for (const auto& [number, history] : by_number_) {
    if (history.end == DestroyCause::none) continue;
    if (history.original != tuple && history.reply != tuple) continue;
    if (!last || history.id.number > last->id.number) last = &history;
  }
  return last;
}

}  // namespace statewall
