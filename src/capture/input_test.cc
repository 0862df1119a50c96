#include "capture/input.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#include "capture/testing.h"

namespace statewall {
namespace {

using testing::ByteVector;
using testing::some_bytes;
using testing::StandardInput;

std::string temporary_file(const ByteVector& bytes) {
  const std::string path = ::testing::TempDir() + "statewall_input_" +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name();
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return path;
}

ByteVector copy(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

ByteVector slice(const ByteVector& bytes, std::size_t from, std::size_t size) {
  return copy(std::span(bytes).subspan(from, size));
}

// Walks through the bytes in steps that do not divide the size of any buffer.
void expect_sequence(Input& input, const ByteVector& bytes) {
  EXPECT_EQ(copy(input.take(3)), slice(bytes, 0, 3));
  EXPECT_EQ(copy(input.peek(270'000)), slice(bytes, 3, 270'000));
  EXPECT_EQ(input.position(), 3u);
  std::size_t at = 3;
  for (std::size_t step = 1; at + step + 10'000 < bytes.size(); step += 997) {
    EXPECT_EQ(copy(input.take(step)), slice(bytes, at, step));
    at += step;
    EXPECT_EQ(input.skip(101), 101u);
    at += 101;
    EXPECT_EQ(input.position(), at);
  }
  const std::size_t rest = bytes.size() - at;
  EXPECT_EQ(copy(input.take(rest + 1000)), slice(bytes, at, rest));
  EXPECT_EQ(input.position(), bytes.size());
  EXPECT_TRUE(input.take(1).empty());
  EXPECT_TRUE(input.peek(0).empty());
  EXPECT_EQ(input.skip(5), 0u);
  EXPECT_FALSE(input.failure());
}

TEST(Input, Memory) {
  const ByteVector bytes = some_bytes(600'000);
  Input input("name", bytes);
  EXPECT_EQ(input.name(), "name");
  expect_sequence(input, bytes);
}

TEST(Input, File) {
  const ByteVector bytes = some_bytes(600'000);
  const auto input = Input::open(temporary_file(bytes));
  ASSERT_TRUE(input);
  expect_sequence(**input, bytes);
}

TEST(Input, SkipBeyondTheEnd) {
  const auto input = Input::open(temporary_file(some_bytes(150'000)));
  ASSERT_TRUE(input);
  EXPECT_EQ((*input)->skip(~std::uint64_t{0}), 150'000u);
  EXPECT_EQ((*input)->position(), 150'000u);
}

TEST(Input, EndStaysEndWhenTheFileGrows) {
  const std::string path = temporary_file(some_bytes(3));
  const auto input = Input::open(path);
  ASSERT_TRUE(input);
  EXPECT_EQ((*input)->peek(4).size(), 3u);
  std::ofstream(path, std::ios::binary | std::ios::app) << "more";
  EXPECT_EQ((*input)->take(4).size(), 3u);
}

TEST(Input, NoSuchFile) {
  const auto input = Input::open("/nowhere/ping.pcap");
  ASSERT_FALSE(input);
  EXPECT_EQ(input.error().text(),
            "/nowhere/ping.pcap: cannot be opened: No such file or directory");
  EXPECT_EQ(input.error().kind, ErrorKind::runtime);
}

TEST(Input, FileThatCannotBeRead) {
  const auto input = Input::open("/");
  ASSERT_TRUE(input);
  EXPECT_TRUE((*input)->take(1).empty());
  const auto& failure = (*input)->failure();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->text(), "/: cannot be read: Is a directory");
  EXPECT_EQ(failure->kind, ErrorKind::runtime);
}

TEST(Input, ClaimedSizesTakeNoMemory) {
  const auto input = Input::open(temporary_file(some_bytes(12)));
  ASSERT_TRUE(input);
  EXPECT_EQ((*input)->take(std::size_t{1} << 40).size(), 12u);
  EXPECT_LE((*input)->capacity(), Input::kBufferSize);
}

TEST(Input, MemoryFollowsTheBytesThatCame) {
  const auto input = Input::open(temporary_file(some_bytes(1'640'000)));
  ASSERT_TRUE(input);
  // Small pieces, however many, stay in the first buffer.
  for (int i = 0; i < 5; ++i) EXPECT_EQ((*input)->take(200'000).size(), 200'000u);
  EXPECT_LE((*input)->capacity(), Input::kBufferSize);
  EXPECT_EQ((*input)->take(std::size_t{1} << 40).size(), 640'000u);
  EXPECT_LE((*input)->capacity(), 2u * 640'000);
}

TEST(Input, StandardInputInPieces) {
  const ByteVector bytes = some_bytes(600'000);
  StandardInput pipe;
  std::thread sender([&] {
    for (std::size_t at = 0; at < bytes.size();) {
      at += pipe.send(std::span(bytes).subspan(at, std::min<std::size_t>(977, bytes.size() - at)));
    }
    pipe.close();
  });
  const auto input = Input::open("-");
  ASSERT_TRUE(input);
  EXPECT_EQ((*input)->name(), "standard input");
  expect_sequence(**input, bytes);
  sender.join();
}

// Or a live capture would show its packets late.
TEST(Input, WaitsForNoMoreThanItWasAskedFor) {
  const ByteVector bytes = some_bytes(100);
  StandardInput pipe;
  pipe.send(bytes);
  const auto input = Input::open("-");
  ASSERT_TRUE(input);
  EXPECT_EQ((*input)->take(40).size(), 40u);
  EXPECT_EQ((*input)->take(60).size(), 60u);  // would hang if it wanted to fill its buffer
  pipe.close();
  EXPECT_TRUE((*input)->take(1).empty());
}

}  // namespace
}  // namespace statewall
