#include "capture/pcap.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "capture/testing.h"

namespace statewall {
namespace {

using testing::ByteVector;
using testing::read_all;
using testing::some_bytes;
using testing::Writer;

struct Header {
  std::uint32_t magic = 0xa1b2c3d4;
  std::uint16_t major = 2;
  std::uint16_t minor = 4;
  std::uint32_t link = 1;
};

Writer pcap(ByteOrder order, Header header = {}) {
  return Writer(order)
      .u32(header.magic)
      .u16(header.major)
      .u16(header.minor)
      .u64(0)
      .u32(262144)
      .u32(header.link);
}

Writer& record(Writer& out, std::uint32_t seconds, std::uint32_t fraction, const ByteVector& data,
               std::size_t original) {
  return out.u32(seconds).u32(fraction).u32(data.size()).u32(original).raw(data);
}

class PcapByteOrder : public ::testing::TestWithParam<ByteOrder> {};
INSTANTIATE_TEST_SUITE_P(Both, PcapByteOrder, ::testing::Values(ByteOrder::little, ByteOrder::big));

TEST_P(PcapByteOrder, Microseconds) {
  Writer file = pcap(GetParam());
  record(file, 1'000'000'000, 123'456, some_bytes(60, 1), 1500);
  record(file, 0xffffffff, 999'999, some_bytes(5, 2), 5);
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  ASSERT_EQ(reading.frames.size(), 2u);

  EXPECT_EQ(reading.frames[0].bytes, some_bytes(60, 1));
  const Frame& first = reading.frames[0].frame;
  EXPECT_EQ(first.original_length, 1500u);
  EXPECT_EQ(first.time, 1'000'000'000'123'456'000);
  EXPECT_EQ(first.link, LinkType::ethernet);
  EXPECT_EQ(first.number, 1u);
  EXPECT_EQ(first.position, 24u);

  EXPECT_EQ(reading.frames[1].bytes, some_bytes(5, 2));
  const Frame& second = reading.frames[1].frame;
  EXPECT_EQ(second.original_length, 5u);
  EXPECT_EQ(second.time, 4'294'967'295'999'999'000);  // seconds are unsigned: the year 2106
  EXPECT_EQ(second.number, 2u);
  EXPECT_EQ(second.position, 24u + 16 + 60);
}

TEST_P(PcapByteOrder, Nanoseconds) {
  Writer file = pcap(GetParam(), {.magic = 0xa1b23c4d});
  record(file, 7, 123'456'789, some_bytes(4), 4);
  const auto reading = read_all(file.bytes());
  ASSERT_EQ(reading.frames.size(), 1u);
  EXPECT_EQ(reading.frames[0].frame.time, 7'123'456'789);
}

TEST(Pcap, FileWithoutRecords) {
  const auto reading = read_all(pcap(ByteOrder::little).bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  EXPECT_TRUE(reading.frames.empty());
}

TEST(Pcap, FrameWithoutBytes) {
  Writer file = pcap(ByteOrder::little);
  record(file, 1, 0, {}, 60);
  const auto reading = read_all(file.bytes());
  ASSERT_EQ(reading.frames.size(), 1u);
  EXPECT_TRUE(reading.frames[0].bytes.empty());
  EXPECT_EQ(reading.frames[0].frame.original_length, 60u);
}

TEST(Pcap, LinkTypeIsTheLowerHalf) {
  const struct {
    std::uint32_t field;
    std::uint16_t link;
  } cases[] = {
      {0, 0}, {1, 1}, {101, 101}, {276, 276}, {65535, 65535}, {0xf4000071, 113}, {0x30000001, 1},
  };
  for (const auto& c : cases) {
    Writer file = pcap(ByteOrder::big, {.link = c.field});
    record(file, 0, 0, some_bytes(4), 4);
    const auto reading = read_all(file.bytes());
    ASSERT_EQ(reading.frames.size(), 1u) << c.field;
    EXPECT_EQ(reading.frames[0].frame.link, static_cast<LinkType>(c.link));
  }
}

TEST(Pcap, ReservedBitsOfLinkType) {
  for (std::uint32_t bit = 16; bit < 26; ++bit) {
    const auto reading = read_all(pcap(ByteOrder::big, {.link = 1u << bit}).bytes());
    EXPECT_TRUE(reading.error) << bit;
  }
  EXPECT_EQ(read_all(pcap(ByteOrder::big, {.link = 0x20202020}).bytes()).error_text(),
            "test: its link type 0x20202020 has reserved bits set");
}

TEST(Pcap, UnknownVersion) {
  for (const std::uint16_t major : std::initializer_list<std::uint16_t>{0, 1, 3, 0x0200}) {
    const auto reading = read_all(pcap(ByteOrder::little, {.major = major}).bytes());
    EXPECT_EQ(reading.error_text(),
              "test: pcap version " + std::to_string(major) + ".4 is not known");
    EXPECT_EQ(reading.error_kind(), ErrorKind::input);
  }
}

// Before 2.3 the original length came first; in 2.3 either may.
TEST(Pcap, OrderOfLengths) {
  const struct {
    std::uint16_t minor;
    std::uint32_t first, second;
  } cases[] = {{0, 90, 20}, {2, 90, 20}, {3, 90, 20}, {3, 20, 90}, {4, 20, 90}, {5, 20, 90}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.minor);
    const Writer file = pcap(ByteOrder::little, {.minor = c.minor})
                            .u64(0)
                            .u32(c.first)
                            .u32(c.second)
                            .raw(some_bytes(20));
    const auto reading = read_all(file.bytes());
    EXPECT_EQ(reading.error_text(), "no error");
    ASSERT_EQ(reading.frames.size(), 1u);
    EXPECT_EQ(reading.frames[0].bytes, some_bytes(20));
    EXPECT_EQ(reading.frames[0].frame.original_length, 90u);
  }
}

TEST(Pcap, MoreCapturedThanWasOnTheWire) {
  Writer file = pcap(ByteOrder::little);
  record(file, 0, 0, some_bytes(60), 40);
  record(file, 0, 0, some_bytes(10), 10);
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  ASSERT_EQ(reading.frames.size(), 2u);
  EXPECT_EQ(reading.frames[0].bytes, some_bytes(60));
  EXPECT_EQ(reading.frames[0].frame.original_length, 60u);
}

TEST(Pcap, LargestFrame) {
  Writer file = pcap(ByteOrder::little);
  record(file, 0, 0, some_bytes(kMaxCapturedLength), kMaxCapturedLength);
  const auto reading = read_all(file.bytes());
  ASSERT_EQ(reading.frames.size(), 1u);
  EXPECT_EQ(reading.frames[0].bytes, some_bytes(kMaxCapturedLength));
}

TEST(Pcap, FrameBeyondTheLimit) {
  Writer file = pcap(ByteOrder::little);
  record(file, 0, 0, some_bytes(60), 60);
  record(file, 0, 0, some_bytes(kMaxCapturedLength + 1), kMaxCapturedLength + 1);
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.frames.size(), 1u);
  EXPECT_EQ(reading.error_text(),
            "test: frame 2 at byte 100: claims 262145 captured bytes, more than the 262144 that a "
            "frame may have");
  EXPECT_EQ(reading.error_kind(), ErrorKind::input);
}

TEST(Pcap, EveryTruncation) {
  Writer file = pcap(ByteOrder::little);
  record(file, 1, 0, some_bytes(20, 1), 20);
  record(file, 2, 0, some_bytes(33, 2), 33);
  const ByteVector whole = file.bytes();
  const std::size_t second = 24 + 16 + 20;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const auto reading = read_all(std::span(whole).first(size));
    ASSERT_EQ(reading.frames.size(), size >= second ? 1u : 0u);
    if (size >= second) {
      EXPECT_EQ(reading.frames[0].bytes, some_bytes(20, 1));
    }
    EXPECT_EQ(reading.error.has_value(), size != 24 && size != second);
  }
}

TEST(Pcap, CutsSayWhereAndWhat) {
  Writer file = pcap(ByteOrder::little);
  record(file, 1, 0, some_bytes(20, 1), 20);
  const struct {
    std::size_t size;
    const char* text;
  } cases[] = {
      {4, "test: cut in its file header: 4 of 24 bytes are there"},
      {23, "test: cut in its file header: 23 of 24 bytes are there"},
      {25, "test: frame 1 at byte 24: cut in its record header: 1 of 16 bytes are there"},
      {39, "test: frame 1 at byte 24: cut in its record header: 15 of 16 bytes are there"},
      {40, "test: frame 1 at byte 24: cut in its data: 0 of 20 bytes are there"},
      {59, "test: frame 1 at byte 24: cut in its data: 19 of 20 bytes are there"},
  };
  for (const auto& c : cases) {
    const auto reading = read_all(std::span(file.bytes()).first(c.size));
    EXPECT_EQ(reading.error_text(), c.text);
    EXPECT_EQ(reading.error_kind(), ErrorKind::input);
  }
}

}  // namespace
}  // namespace statewall
