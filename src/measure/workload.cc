#include "measure/workload.h"

#include <algorithm>

#include "measure/table_config.h"

namespace statewall::bench {
namespace {

TableConfig config_for(Work work, std::uint32_t flows) {
  Profile profile = work == Work::query_and_reply ? tutorial() : linux_6();
  profile.icmp_timeout = 86400;
  return table_config(profile, flows);
}

std::array<Frame, 2> frames_of(Work work) {
  constexpr std::uint8_t kData = tcp_flag::ack | tcp_flag::psh;
  switch (work) {
    case Work::udp: return {udp_frame(false), udp_frame(true)};
    case Work::tcp: return {tcp_frame(false, kData, 10), tcp_frame(true, kData, 10)};
    case Work::error: return {error_frame(), error_frame()};
    default: return {echo_frame(false), echo_frame(true)};
  }
}

std::vector<Frame> opening_of(Work work) {
  using namespace tcp_flag;
  switch (work) {
    case Work::tcp:
      return {tcp_frame(false, syn, 0), tcp_frame(true, syn | ack, 0), tcp_frame(false, ack, 0)};
    case Work::udp:
    case Work::error: return {udp_frame(false), udp_frame(true)};
    default: return {echo_frame(false), echo_frame(true)};
  }
}

}  // namespace

std::optional<Work> work_of(std::string_view slug) {
  for (const WorkName& name : kWorks) {
    if (name.slug == slug) return name.work;
  }
  return std::nullopt;
}

std::string_view profile_of(Work work) { return config_for(work, 0).profile.name; }

std::size_t Workload::memory_needed(Work work, std::uint32_t flows) {
  return ConnectionTable::memory_needed(config_for(work, flows));
}

Workload::Workload(Work work, std::uint32_t flows, std::span<std::byte> memory)
    : work_(work),
      flows_(flows),
      config_(config_for(work, flows)),
      memory_(memory.first(memory_needed(work, flows))),
      frames_(frames_of(work)),
      ring_(kRing),
      open_(flows) {
  restart();
  go_through();
}

// So that no page is touched for the first time later, and as many queries wait for their replies
// as always will.
void Workload::go_through() {
  if (work_ != Work::new_echo && work_ != Work::query_and_reply) return;
  for (std::size_t i = 0; i < flows_; i += kRing) {
    make(std::min<std::size_t>(flows_ - i, kRing));
    handle(kRing);
  }
  if (work_ == Work::new_echo) restart();
}

template <Work work>
Workload::Choice Workload::choose() {
  if constexpr (work == Work::new_echo) return {next_++, false, State::new_};
  if constexpr (work == Work::error) return {random_.below(flows_), false, State::related};
  if constexpr (work == Work::query_and_reply) {
    const std::uint32_t flow = random_.below(flows_);
    const bool asks = !open_[flow];
    open_[flow] = asks;
    return {flow, !asks, asks ? State::new_ : State::established};
  }
  const std::uint32_t choice = random_.below(flows_ * 2);
  return {choice / 2, choice % 2 != 0, State::established};
}

template <Work work>
void Workload::make_frames(std::size_t packets) {
  for (std::size_t i = 0; i < packets; ++i) {
    const Choice choice = choose<work>();
    Frame& frame = frames_[choice.reply ? 1 : 0];
    frame.set_flow(choice.flow);
    std::ranges::copy(frame.bytes(), ring_[i].begin());
    batch_.add(std::span(ring_[i]).first(frame.bytes().size()), choice.expected);
  }
}

void Workload::make(std::size_t packets) {
  switch (work_) {
    case Work::echo: make_frames<Work::echo>(packets); break;
    case Work::udp: make_frames<Work::udp>(packets); break;
    case Work::tcp: make_frames<Work::tcp>(packets); break;
    case Work::new_echo: make_frames<Work::new_echo>(packets); break;
    case Work::query_and_reply: make_frames<Work::query_and_reply>(packets); break;
    case Work::error: make_frames<Work::error>(packets); break;
  }
}

std::size_t Workload::handle(std::size_t batch) {
  now_ += 10'000;
  return batch_.handle(*tracker_, now_, batch);
}

void Workload::restart() {
  table_ = ConnectionTable::create(config_, memory_).table;
  tracker_ = std::make_unique<Tracker>(*table_, 0);
  next_ = 0;
  open_.assign(flows_, false);
  if (work_ != Work::new_echo && work_ != Work::query_and_reply) establish();
}

void Workload::establish() {
  std::vector<Frame> opening = opening_of(work_);
  for (std::uint32_t flow = 0; flow < flows_; ++flow) {
    for (Frame& frame : opening) {
      frame.set_flow(flow);
      tracker_->observe(read_frame(frame.bytes(), LinkType::ethernet, frame.bytes().size()), now_);
      tracker_->confirm();
    }
  }
}

}  // namespace statewall::bench
