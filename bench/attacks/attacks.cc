#include <cstdint>
#include <cstdio>
#include <vector>

#include "bench/attacks/cases.h"
#include "measure/measurement.h"

// What packets cost that somebody chose to make them cost more, beside those of the well-behaved:
// nanoseconds of processor time a packet, from bytes to confirmed. Exit code 1 where a packet had
// another state than it should.

namespace statewall::bench {
namespace {

constexpr int kTimes = 20;  ///< that each case is measured

struct Case {
  const char* name;
  Round round;
  int every = 1;                   ///< seldomer: a case that takes long to prepare
  std::vector<double> times = {};  ///< nanoseconds a packet of each round
};

/// The well-behaved case comes first: the others are measured by it.
struct Kind {
  const char* name;
  std::vector<Case> cases;
};

std::vector<Kind> kinds() {
  const Frames echo = {echo_frame(false), echo_frame(true)};
  const Frames udp = {udp_frame(false), udp_frame(true)};
  const Frames itself = {udp_frame_to_itself(), udp_frame_to_itself()};
  const Flows many = many_clients(), one_id = one_number(1), one_port = one_number(53);
  const Flows guessed = meeting_under({0, 0}, max_for(kFlows));
  return {
      {"echo, established",
       {{"well-behaved", established(echo, many)},
        {"one ICMP id", established(echo, one_id)},
        {"one pair of addresses, 65,536 ids", established(echo, one_client())},
        {"keys that meet under a guessed secret", established(echo, guessed)},
        {"replies to nothing", replies_to_nothing()},
        {"errors about nothing", errors_about_nothing()},
        {"a million expire in a second, a packet a us", expiring(1'000'000, 1'000), 4},
        {"a million expire in a second, one in 10 us", expiring(100'000, 10'000), 4}}},
      {"UDP, established",
       {{"well-behaved", established(udp, many)},
        {"from hosts to themselves", established(itself, many)},
        {"one port", established(udp, one_port)}}},
      {"new echo",
       {{"well-behaved", opening(echo, many)},
        {"one ICMP id", opening(echo, one_id)},
        {"one pair of addresses, 65,536 ids", opening(echo, one_client())},
        {"keys that meet under a guessed secret", opening(echo, guessed)},
        {"a full table, early drop", flooding()},
        {"a table full of ASSURED", flooding_assured()}}},
      {"new UDP",
       {{"well-behaved", opening(udp, many)},
        {"from hosts to themselves", opening(itself, many)},
        {"one port", opening(udp, one_port)}}},
      {"query or reply, entry destroyed",
       {{"well-behaved", queries_and_replies()},
        {"a flood of pings, all answered", answered_pings()}}},
  };
}

/// False where a packet had another state than it should.
bool measure(const Kind& kind, Case& measured, bool counts) {
  const Sample sample = measured.round();
  if (counts) {
    measured.times.push_back(static_cast<double>(sample.nanoseconds) /
                             static_cast<double>(sample.packets));
  }
  if (sample.right == sample.packets) return true;
  std::printf("%s, %s: %llu of %llu packets had another state than they should\n", kind.name,
              measured.name, static_cast<unsigned long long>(sample.packets - sample.right),
              static_cast<unsigned long long>(sample.packets));
  return false;
}

void print(const Kind& kind) {
  std::printf("%-48s %8s %8s %8s %8s\n", kind.name, "median", "least", "most", "ratio");
  const double usual = spread_of(kind.cases.front().times).median;
  for (const Case& measured : kind.cases) {
    const Spread spread = spread_of(measured.times);
    std::printf("  %-46s %8.0f %8.0f %8.0f %8.2f\n", measured.name, spread.median, spread.smallest,
                spread.largest, spread.median / usual);
  }
}

}  // namespace
}  // namespace statewall::bench

// All cases take their turns in each round, so that a slow hour of the machine is that of all. The
// first round warms up.
int main() {
  using namespace statewall::bench;
  std::vector<Kind> all = kinds();
  bool right = true;
  for (int round = 0; round <= kTimes; ++round) {
    for (Kind& kind : all) {
      for (Case& one : kind.cases) {
        if (round % one.every == 0) right = measure(kind, one, round != 0) && right;
      }
    }
  }
  std::printf("nanoseconds of processor time a packet\n");
  for (const Kind& kind : all) print(kind);
  return right ? 0 : 1;
}
