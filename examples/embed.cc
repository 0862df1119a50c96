// Statewall inside another program: a table in memory of our own, and the two phases of a packet.
// Public headers only; nothing is allocated and no clock is read behind our back.

#include <array>
#include <cstdio>
#include <string_view>

#include "statewall/tracker.h"

namespace {

using namespace statewall;

// Two frames without a link layer: 192.168.1.6 pings 192.168.1.10, which answers.
constexpr std::array<std::uint8_t, 28> kQuery = {
    0x45, 0, 0,   28,  0x1e, 0xb8, 0, 0, 64,   1,    0xd8, 0xc8, 192, 168,
    1,    6, 192, 168, 1,    10,   8, 0, 0x76, 0xfa, 0x81, 0x05, 0,   0};
constexpr std::array<std::uint8_t, 28> kReply = {
    0x45, 0,  0,   28,  0x1e, 0xb9, 0, 0, 64,   1,    0xd8, 0xc7, 192, 168,
    1,    10, 192, 168, 1,    6,    0, 0, 0x7e, 0xfa, 0x81, 0x05, 0,   0};

alignas(64) std::array<std::byte, 1 << 20> memory;

/// Your rules: here nothing new may come in from 10.0.0.0/8.
bool allowed(const Packet& packet, const Observation& observation) {
  return observation.state != State::new_ || packet.headers.source.bytes[0] != 10;
}

}  // namespace

int main() {
  TableConfig config;
  config.profile.max = 1000;
  config.profile.buckets = 1000;
  const auto [table, error] = ConnectionTable::create(config, memory);
  if (table == nullptr) {
    std::fprintf(stderr, "%s\n", sentence(error).data());
    return 1;
  }
  std::array<Event, 16> slots;
  EventRing events(slots);
  Tracker tracker(*table, 0, &events);

  Nanoseconds now = 0;
  for (const auto& bytes : {kQuery, kReply}) {
    const Packet packet = read_ip(bytes);
    const Observation seen = tracker.observe(packet, now);  // phase one: what is it?
    const bool passes = allowed(packet, seen);
    if (passes) tracker.confirm();  // phase two: it goes out, and only now is its connection real
    if (!passes) tracker.drop();
    std::printf("%s %s: %s\n", name(seen.state).data(), slug(seen.reason).data(),
                passes ? "accept" : "drop");
    now += 20 * kNanosecondsPerMillisecond;
  }
  for (Event event; events.pop(event);) {
    std::printf("event %s %s\n", name(event.kind).data(), name(event.cause).data());
  }
}
