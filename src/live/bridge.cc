#include "live/bridge.h"

#include <net/if.h>

#include <algorithm>
#include <utility>

#include "live/rewrite.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

constexpr std::size_t kMac = 6, kEthernet = 14, kTag = 4;
constexpr Nanoseconds kLook = kNanosecondsPerSecond / 2;

/// An IP packet that answers a frame, in a frame of its own: back to where that came from, with the
/// tags that it had.
std::vector<std::uint8_t> answer_frame(std::span<const std::uint8_t> header,
                                       std::span<const std::uint8_t> packet) {
  std::vector<std::uint8_t> frame(header.begin(), header.end());
  std::swap_ranges(frame.begin(), frame.begin() + kMac, frame.begin() + kMac);
  frame.insert(frame.end(), packet.begin(), packet.end());
  return frame;
}

}  // namespace

Result<std::unique_ptr<Bridge>> Bridge::open(BridgeConfig config) {
  std::unique_ptr<Bridge> bridge(new Bridge(std::move(config)));
  for (std::size_t i = 0; i < bridge->sides_.size(); ++i) {
    auto port = bridge->config_.sides[i].open();
    if (!port) return port.error();
    bridge->sides_[i] = {std::move(*port),
                         ::if_nametoindex(bridge->config_.sides[i].interface.c_str())};
  }
  return bridge;
}

Bridge::Bridge(BridgeConfig config)
    : config_(std::move(config)), held_(kMostHeld, config_.patience) {
  live_.reserve(kBatch);
}

std::vector<int> Bridge::descriptors() const {
  std::vector<int> all;
  for (const Side& side : sides_) {
    if (side.port) all.push_back(side.port->descriptor());
  }
  return all;
}

std::optional<Error> Bridge::serve(EngineWorker& worker) {
  constexpr int kBatches = 16;  // then others have their turn
  for (int i = 0; i < kBatches; ++i) {
    const bool first = serve_side(0, worker);
    const bool second = serve_side(1, worker);
    if (!first && !second) break;
  }
  return std::nullopt;
}

/// Takes a batch from one side. Were there frames?
bool Bridge::serve_side(std::size_t from, EngineWorker& worker) {
  Port* const port = sides_[from].port.get();
  if (!port) return false;
  from_ = from;
  const std::size_t count = port->receive(frames_);
  if (count == 0) return false;
  live_.clear();
  for (const PortFrame& frame : std::span(frames_).first(count)) {
    LiveFrame& live = live_.emplace_back();
    live.bytes = frame.bytes;
    live.checksums = frame.checksums();
    live.in = config_.sides[from].interface;
    live.out = config_.sides[1 - from].interface;
    live.way = rules::Hook::forward;
    live.side = static_cast<std::uint8_t>(from);
  }
  worker.handle(live_, *this);
  for (const Side& side : sides_) {
    if (side.port) SourceCounters::add(counters_.send_failed, side.port->flush());
  }
  kept_.clear();
  port->release();
  SourceCounters::add(counters_.received, count);
  return true;
}

void Bridge::decided(std::size_t index, const LiveOutcome& outcome) {
  const PortFrame& frame = frames_[index];
  if (outcome.fate == Fate::hold) {
    Held held{{frame.bytes.begin(), frame.bytes.end()}, frame.work};
    held_.hold(outcome.datagram, std::move(held), now_, [](const Held&) {});
    return;
  }
  const bool passes =
      outcome.fate == Fate::pass || (outcome.fate == Fate::no_rules && config_.passes_other);
  if (outcome.datagram != 0) release(outcome.datagram, passes);
  if (!passes || !other()) return;
  const auto ip =
      frame.bytes.subspan(std::min<std::size_t>(outcome.packet.l3_offset, frame.bytes.size()));
  if (outcome.datagram == 0 && wants_rewriting(ip, outcome.decision)) {
    rewrite(ip, outcome.decision);
  }
  other()->send(frame);
  SourceCounters::add(counters_.sent, 1);
}

/// What was held of a datagram, whose fate is known now.
void Bridge::release(std::uint64_t datagram, bool passes) {
  for (Held& held : held_.take(datagram)) {
    if (!passes || !other()) continue;
    auto& bytes = kept_.emplace_back(std::move(held.bytes));
    other()->send({bytes, held.work});
    SourceCounters::add(counters_.sent, 1);
  }
}

void Bridge::answer(std::size_t index, const Packet& refused,
                    std::span<const std::uint8_t> packet) {
  const PortFrame& frame = frames_[index];
  // PPPoE and LLC tell the length of what they carry, and stay without an answer.
  if (refused.l3_offset != kEthernet + kTag * refused.vlan_tags) return;
  auto& bytes = kept_.emplace_back(answer_frame(frame.bytes.first(refused.l3_offset), packet));
  sides_[from_].port->send({bytes, {}});
}

std::optional<std::string> Bridge::tick(Nanoseconds now) {
  now_ = now;
  held_.expire(now, [](const Held&) {});
  if (now - looked_ < kLook) return std::nullopt;
  looked_ = now;
  std::optional<std::string> remark;
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    if (sides_[i].port) SourceCounters::add(counters_.lost, sides_[i].port->take_lost());
    if (auto one = look_at(i)) remark = remark ? *remark + "; " + *one : one;
  }
  return remark;
}

/// Is the interface still there, or back?
std::optional<std::string> Bridge::look_at(std::size_t which) {
  Side& side = sides_[which];
  const BridgeSide& config = config_.sides[which];
  const unsigned index = ::if_nametoindex(config.interface.c_str());
  if (index == side.index) return std::nullopt;
  if (side.port) {
    side = {};
    return "interface " + config.interface + " vanished; nothing passes until it is back";
  }
  auto port = config.open();
  if (!port) return std::nullopt;  // not yet: it may still be on its way up
  side = {std::move(*port), index};
  return "interface " + config.interface + " is back";
}

}  // namespace statewall
