#include "bench/attacks/cases.h"

#include <memory>
#include <utility>
#include <vector>

#include "statewall/profile.h"

namespace statewall::bench {
namespace {

constexpr std::uint64_t kPackets = kFlows;
constexpr Nanoseconds kApart = 30;
constexpr std::uint32_t kMillion = 1'000'000;

Frames echo_frames() { return {echo_frame(false), echo_frame(true)}; }

Next give(Frame& frame, const Flow& flow, State expected) {
  frame.set_flow(flow.client);
  frame.set_number(flow.number);
  return {frame, expected};
}

/// Table, frames and choices of a case, which live as long as its rounds are called.
struct Stage {
  Stage(const Profile& profile, std::uint32_t connections, const Frames& frames)
      : site(profile, connections), ring(ring_of(frames)) {}

  /// One packet of each flow.
  Sample each(const Flows& flows, std::size_t way, State expected, Nanoseconds apart = kApart) {
    std::size_t next = 0;
    return site.run(ring, flows.size(), apart, [&](Frames& frames) {
      return give(frames[way], flows[next++ % flows.size()], expected);
    });
  }

  void establish(const Flows& flows) {
    each(flows, kQuery, State::new_);
    each(flows, kReply, State::established);
  }

  /// Packets of both directions of random flows that are established.
  Sample talk(const Flows& flows, std::uint64_t packets, Nanoseconds apart) {
    const auto choices = static_cast<std::uint32_t>(flows.size() * 2);
    return site.run(ring, packets, apart, [&](Frames& frames) {
      const std::uint32_t choice = random.below(choices);
      return give(frames[choice % 2], flows[choice / 2], State::established);
    });
  }

  /// One packet of flows that were never there before.
  Sample flood(State expected) {
    return site.run(ring, kPackets, kApart, [&](Frames& frames) {
      return give(frames[kQuery], fresh_flow(fresh++), expected);
    });
  }

  Site site;
  Ring ring;
  Random random;
  std::uint32_t fresh = 0;
};

std::shared_ptr<Stage> stage(const Profile& profile, std::uint32_t connections,
                             const Frames& frames) {
  return std::make_shared<Stage>(profile, connections, frames);
}

/// Frames of nothing that is known, from any of 16 million clients but those that are.
Round from_nowhere(const Frame& frame) {
  auto made = stage(linux_6(), kFlows, echo_frames());
  made->establish(many_clients());
  made->ring = ring_of({frame, frame});
  return [made] {
    return made->site.run(made->ring, kPackets, kApart, [&](Frames& frames) {
      const Flow flow{kFlows + made->random.below((1U << 24) - kFlows), 0x4321};
      return give(frames[kQuery], flow, State::invalid);
    });
  };
}

}  // namespace

Round established(const Frames& frames, Flows flows) {
  auto made = stage(linux_6(), kFlows, frames);
  made->establish(flows);
  return [made, flows = std::move(flows)] { return made->talk(flows, kPackets, kApart); };
}

Round opening(const Frames& frames, Flows flows) {
  auto made = stage(linux_6(), kFlows, frames);
  made->each(flows, kQuery, State::new_);
  return [made, flows = std::move(flows)] {
    made->site.empty();
    Sample sample = made->each(flows, kQuery, State::new_);
    // Who makes all flows meet would find no room for them.
    if (made->site.table().size() != flows.size()) sample.right = 0;
    return sample;
  };
}

Round replies_to_nothing() { return from_nowhere(echo_frame(true)); }
Round errors_about_nothing() { return from_nowhere(error_frame()); }

Round flooding() {
  auto made = stage(linux_6(), kFlows, echo_frames());
  while (made->site.table().counters().evicted == 0) made->flood(State::new_);
  return [made] { return made->flood(State::new_); };
}

Round flooding_assured() {
  using namespace tcp_flag;
  auto made = stage(linux_6(), kFlows, echo_frames());
  Flows flows(max_for(kFlows));
  for (std::uint32_t i = 0; i < flows.size(); ++i) flows[i].client = i;
  for (const Frame& frame :
       {tcp_frame(false, syn, 0), tcp_frame(true, syn | ack, 0), tcp_frame(false, ack, 0)}) {
    made->ring = ring_of({frame, frame});
    made->each(flows, kQuery, State::established);
  }
  made->ring = ring_of(echo_frames());
  // The tracker refuses what finds no room: such a packet has no state.
  return [made] { return made->flood(State::none); };
}

Round expiring(std::uint64_t packets, Nanoseconds apart) {
  auto made = stage(linux_6(), kMillion + kFlows, echo_frames());
  Flows others(kMillion);
  for (std::uint32_t i = 0; i < kMillion; ++i) others[i].client = kFlows + i;
  return [made, packets, apart, flows = many_clients(), others = std::move(others)] {
    Site& site = made->site;
    site.empty();
    made->each(others, kQuery, State::new_, kNanosecondsPerSecond / kMillion);
    site.wait_until(29 * kNanosecondsPerSecond);
    made->establish(flows);
    site.wait_until(Nanoseconds{site.table().profile().icmp_timeout} * kNanosecondsPerSecond);
    Sample sample = made->talk(flows, packets, apart);
    // One for every tenth packet at least, beside those that are only filed anew; else nothing was
    // shown.
    if (site.table().counters().destroyed < packets / 10) sample.right = 0;
    return sample;
  };
}

Round queries_and_replies() {
  auto made = stage(tutorial(), kFlows, echo_frames());
  return [made, flows = many_clients(), open = std::vector<bool>(kFlows)]() mutable {
    return made->site.run(made->ring, kPackets, kApart, [&](Frames& frames) {
      const std::uint32_t choice = made->random.below(kFlows);
      const bool reply = open[choice];
      open[choice] = !reply;
      return give(frames[reply ? kReply : kQuery], flows[choice],
                  reply ? State::established : State::new_);
    });
  };
}

Round answered_pings() {
  auto made = stage(tutorial(), kFlows, echo_frames());
  return [made] {
    return made->site.run(made->ring, kPackets, kApart, [&](Frames& frames) {
      const std::uint32_t count = made->fresh++;
      const bool reply = count % 2 != 0;
      return give(frames[reply ? kReply : kQuery], fresh_flow(count / 2),
                  reply ? State::established : State::new_);
    });
  };
}

}  // namespace statewall::bench
