#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>

#include "fuzz/require.h"
#include "statewall/packet.h"
#include "statewall/reassembly.h"
#include "tests/model/choices.h"
#include "tests/model/reassembly_traffic.h"
#include "tests/model/slow_reassembly.h"
#include "track/reassembly_testing.h"

// The first byte chooses. Even: 32 bytes a fragment, in the language of
// tests/model/reassembly_traffic.h; the fast reassembly and the slow one must agree. Odd: the rest
// are packets as they are, each behind a byte of its length and one of the time that passes; what
// comes out is a packet that reads.

namespace {

using namespace statewall;

void compare(std::span<const std::uint8_t> data) {
  model::ByteChoices choices(data);
  model::SlowReassembly slow;
  static testing::Reassembler fast;
  fast.begin_anew();
  Nanoseconds now = 0;
  while (choices.more()) {
    choices.next_step();
    const testing::FragmentFields f = model::random_fragment(choices);
    now += choices.byte() * kNanosecondsPerSecond / 4;
    const Reassembled got = fast.take(f, now);
    const model::SlowReassembly::Answer expected = slow.take(f, now);
    STATEWALL_REQUIRE(testing::word(got) == expected.word);
    if (expected.word != "whole") continue;
    STATEWALL_REQUIRE(
        std::ranges::equal(got.datagram.last(expected.payload.size()), expected.payload));
  }
}

void take_anything(std::span<const std::uint8_t> data) {
  ReassemblyConfig config;
  config.ipv4.high_thresh = config.ipv6.high_thresh = 16384;  // laid out fast, and filled
  static testing::Reassembler reassembler(config);
  reassembler.begin_anew();
  Nanoseconds now = 0;
  while (data.size() > 2) {
    const std::size_t length = std::min<std::size_t>(data[0], data.size() - 2);
    now += data[1] * kNanosecondsPerSecond / 16;
    const auto packet = data.subspan(2, length);
    data = data.subspan(2 + length);
    const Reassembled got = reassembler.take_bytes({packet.begin(), packet.end()}, now);
    if (got.fate != Reassembled::Fate::completes) continue;
    const Packet whole = read_ip(got.datagram);
    STATEWALL_REQUIRE(whole.ip_length == got.datagram.size() || whole.error != WireError::none);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> rest(data + 1, size - 1);
  if (data[0] % 2 == 0) {
    compare(rest);
  } else {
    take_anything(rest);
  }
  return 0;
}
