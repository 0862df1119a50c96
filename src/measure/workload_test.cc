#include "measure/workload.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "measure/echo_key.h"
#include "system/table_memory.h"

namespace statewall::bench {
namespace {

constexpr std::uint32_t kFlows = 1000;

class EachWork : public ::testing::TestWithParam<WorkName> {
 protected:
  const Work work_ = GetParam().work;
  const Result<TableMemory> memory_ = TableMemory::reserve(Workload::memory_needed(work_, kFlows));
};

TEST_P(EachWork, PacketsHaveTheStateThatTheyShould) {
  ASSERT_TRUE(memory_);
  Workload workload(work_, kFlows, memory_->bytes());
  std::size_t right = 0, packets = 0;
  for (std::size_t batch : {1U, 32U, 256U, 7U}) {
    for (std::size_t i = 0; i < 4 * kFlows; i += batch) {
      if (workload.left() < batch) workload.restart();
      workload.make(batch);
      right += workload.handle(batch);
      packets += batch;
    }
  }
  EXPECT_EQ(right, packets);
}

// Each work is made where another one was, too.
TEST_P(EachWork, NeedsNoCleanMemory) {
  ASSERT_TRUE(memory_);
  std::ranges::fill(memory_->bytes(), std::byte{0xa5});
  Workload workload(work_, kFlows, memory_->bytes());
  workload.make(256);
  EXPECT_EQ(workload.handle(32), 256U);
}

INSTANTIATE_TEST_SUITE_P(All, EachWork, ::testing::ValuesIn(kWorks),
                         [](const auto& work) { return std::string(work.param.slug); });

TEST(Workload, NewFlowsComeToAnEnd) {
  const auto memory = TableMemory::reserve(Workload::memory_needed(Work::new_echo, kFlows));
  ASSERT_TRUE(memory);
  Workload workload(Work::new_echo, kFlows, memory->bytes());
  EXPECT_EQ(workload.left(), kFlows);
  workload.make(32);
  EXPECT_EQ(workload.left(), kFlows - 32);
  workload.restart();
  EXPECT_EQ(workload.left(), kFlows);
}

TEST(Works, AreInTheOrderOfTheirNumbers) {
  for (const WorkName& name : kWorks) {
    EXPECT_EQ(&name_of(name.work), &name);
    EXPECT_EQ(work_of(name.slug), name.work);
  }
  EXPECT_EQ(work_of("ecoh"), std::nullopt);
  EXPECT_EQ(profile_of(Work::echo), "linux");
  EXPECT_EQ(profile_of(Work::query_and_reply), "tutorial");
}

void expect_whole(Frame frame, std::size_t size) {
  for (const std::uint32_t flow : {0U, 1U, 0xffffU, 0x10000U, 999'999'999U}) {
    frame.set_flow(flow);
    EXPECT_EQ(frame.bytes().size(), size);
    const Packet packet = read_frame(frame.bytes(), LinkType::ethernet, size, ChecksumMode::verify);
    EXPECT_EQ(packet.error, WireError::none);
    EXPECT_EQ(packet.ip_checksum, Checksum::good);
    EXPECT_EQ(packet.l4_checksum, Checksum::good);
  }
}

TEST(Frames, HaveRightChecksumsForEveryFlow) {
  for (const bool reply : {false, true}) {
    expect_whole(echo_frame(reply), 98);
    expect_whole(udp_frame(reply), 64);
    expect_whole(tcp_frame(reply, tcp_flag::ack, 10), 64);
  }
  expect_whole(udp_frame_to_itself(), 64);
  expect_whole(error_frame(), 70);
}

// The flow first or the number first, and each of them again.
TEST(Frames, HaveRightChecksumsForEveryNumber) {
  constexpr std::array<std::uint16_t, 4> kNumbers = {0, 1, 0x1234, 0xffff};
  for (const bool reply : {false, true}) {
    for (const std::uint16_t number : kNumbers) {
      Frame echo = echo_frame(reply), udp = udp_frame(reply);
      echo.set_flow(0x123456);
      echo.set_number(number);
      expect_whole(echo, 98);
      EXPECT_EQ(read_frame(echo.bytes(), LinkType::ethernet, 98).headers.icmp_id, number);
      udp.set_flow(0x123456);
      udp.set_number(number);
      expect_whole(udp, 64);
      const Headers headers = read_frame(udp.bytes(), LinkType::ethernet, 64).headers;
      EXPECT_EQ(reply ? headers.destination_port : headers.source_port, number);
    }
  }
}

TEST(EchoKey, IsThatOfTheFrame) {
  const auto memory = TableMemory::reserve(ConnectionTable::memory_needed({}));
  ASSERT_TRUE(memory);
  const Tracker tracker(*ConnectionTable::create({}, memory->bytes()).table, 0);
  for (const bool reply : {false, true}) {
    Frame frame = echo_frame(reply);
    frame.set_flow(77);
    frame.set_number(0xabcd);
    const Packet packet = read_frame(frame.bytes(), LinkType::ethernet, 98);
    Lookup lookup;
    tracker.prepare({&packet, 1}, {&lookup, 1});
    EXPECT_EQ(lookup.key, echo_key(77, 0xabcd));
  }
}

}  // namespace
}  // namespace statewall::bench
