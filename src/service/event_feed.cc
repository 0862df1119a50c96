#include "service/event_feed.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace statewall {
namespace {

constexpr int kMostOfOne = 8192;

auto moment_of(const Event& event) { return std::tuple(event.time, event.connection.id.number); }

/// The events of one connection in one millisecond, which two threads may have told: by their
/// sequence, which may have begun anew among them.
template <typename Iterator>
void order_one_moment(Iterator first, Iterator last) {
  const auto any = [&](auto&& test) {
    return std::any_of(first, last, [&](const Event& event) { return test(event.sequence); });
  };
  const bool anew =
      any([](unsigned n) { return n >= 192; }) && any([](unsigned n) { return n < 64; });
  std::stable_sort(first, last, [&](const Event& one, const Event& other) {
    const auto place = [&](const Event& event) {
      return static_cast<std::uint8_t>(event.sequence + (anew ? 128 : 0));
    };
    return place(one) < place(other);
  });
}

void order(std::vector<Event>& events) {
  std::ranges::stable_sort(events, {}, moment_of);
  for (auto first = events.begin(); first != events.end();) {
    const auto last = std::find_if(first, events.end(), [&](const Event& event) {
      return moment_of(event) != moment_of(*first);
    });
    if (last - first > 1) order_one_moment(first, last);
    first = last;
  }
}

}  // namespace

EventFeed::EventFeed(Engine& engine) : engine_(engine) {
  (void)take();
  told_lost_ = lost();
}

std::vector<Event> EventFeed::take() {
  std::vector<Event> events;
  Event event;
  for (unsigned i = 0; i < rings(); ++i) {
    EventRing& ring = engine_.events(i);
    // A ring that fills as fast as it is emptied is left alone after a while.
    for (int n = 0; n < kMostOfOne && ring.pop(event); ++n) events.push_back(event);
  }
  order(events);
  return events;
}

std::uint64_t EventFeed::take_lost() {
  const std::uint64_t now = lost();
  return now - std::exchange(told_lost_, now);
}

std::uint64_t EventFeed::lost() const {
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < rings(); ++i) sum += engine_.events(i).lost();
  return sum;
}

}  // namespace statewall
