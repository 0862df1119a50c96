#include "capture/pcapng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "capture/pcapng_testing.h"

namespace statewall {
namespace {

using testing::ByteVector;
using testing::enhanced;
using testing::interface;
using testing::option;
using testing::pcapng;
using testing::read_all;
using testing::section;
using testing::simple;
using testing::some_bytes;
using testing::Writer;

constexpr std::uint32_t kStatistics = 5;
constexpr std::size_t kSectionSize = 28;
constexpr std::size_t kInterfaceSize = 20;

constexpr std::size_t kFirstPacket = kSectionSize + kInterfaceSize;

class PcapngByteOrder : public ::testing::TestWithParam<ByteOrder> {};
INSTANTIATE_TEST_SUITE_P(Both, PcapngByteOrder,
                         ::testing::Values(ByteOrder::little, ByteOrder::big));

TEST_P(PcapngByteOrder, EnhancedPackets) {
  Writer file = pcapng(GetParam());
  enhanced(file, 0, 1'700'000'000'123'456, some_bytes(61, 1), 1500);
  enhanced(file, 0, 1'700'000'000'123'457, some_bytes(3, 2), 3);
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  ASSERT_EQ(reading.frames.size(), 2u);

  EXPECT_EQ(reading.frames[0].bytes, some_bytes(61, 1));
  const Frame& first = reading.frames[0].frame;
  EXPECT_EQ(first.original_length, 1500u);
  EXPECT_EQ(first.time, 1'700'000'000'123'456'000);
  EXPECT_EQ(first.link, LinkType::ethernet);
  EXPECT_EQ(first.number, 1u);
  EXPECT_EQ(first.position, kFirstPacket);

  EXPECT_EQ(reading.frames[1].bytes, some_bytes(3, 2));
  EXPECT_EQ(reading.frames[1].frame.number, 2u);
  EXPECT_EQ(reading.frames[1].frame.position, kFirstPacket + 32 + 64);
}

TEST_P(PcapngByteOrder, SimplePackets) {
  Writer file(GetParam());
  interface(section(file), 101, 16);
  interface(file, 1);
  simple(file, some_bytes(16), 40);  // cut by the snap length of the first interface
  simple(file, some_bytes(5), 5);
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  ASSERT_EQ(reading.frames.size(), 2u);
  EXPECT_EQ(reading.frames[0].bytes, some_bytes(16));
  EXPECT_EQ(reading.frames[0].frame.original_length, 40u);
  EXPECT_EQ(reading.frames[0].frame.time, 0);
  EXPECT_EQ(reading.frames[0].frame.link, LinkType::raw);
  EXPECT_EQ(reading.frames[1].bytes, some_bytes(5));
}

TEST(Pcapng, SimplePacketHasNoTimeEvenAfterOneThatHas) {
  Writer file = pcapng();
  enhanced(file, 0, 77, some_bytes(4), 4);
  simple(file, some_bytes(8), 8);
  const auto reading = read_all(file.bytes());
  ASSERT_EQ(reading.frames.size(), 2u);
  EXPECT_EQ(reading.frames[1].frame.time, 0);
}

TEST_P(PcapngByteOrder, ObsoletePackets) {
  Writer file = pcapng(GetParam());
  interface(file, 113);
  file.block(kObsoletePacket, Writer(GetParam())
                                  .u16(1)
                                  .u16(0xffff)  // drops: unknown
                                  .u32(1)
                                  .u32(2)
                                  .u32(7)
                                  .u32(90)
                                  .raw(some_bytes(7)));
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  ASSERT_EQ(reading.frames.size(), 1u);
  EXPECT_EQ(reading.frames[0].bytes, some_bytes(7));
  EXPECT_EQ(reading.frames[0].frame.original_length, 90u);
  EXPECT_EQ(reading.frames[0].frame.link, LinkType::linux_cooked);
  EXPECT_EQ(reading.frames[0].frame.time, 4'294'967'298'000);
}

TEST(Pcapng, InterfacesDifferInLinkTypeAndTime) {
  const ByteOrder order = ByteOrder::big;
  const std::uint8_t nanoseconds[] = {9};
  const std::uint8_t halves[] = {0x81};
  Writer file(order);
  section(file);
  interface(file, 1);
  interface(file, 101, 0, Writer(order).u16(9).u16(1).raw(nanoseconds).pad().u32(0));
  // a name before, no end of options behind
  interface(file, 65535, 0,
            Writer(order)
                .u16(2)
                .u16(5)
                .raw(some_bytes(5))
                .pad()
                .u16(9)
                .u16(1)
                .raw(halves)
                .pad()
                .u16(14)
                .u16(8)
                .u64(100));
  for (std::uint32_t i = 0; i < 3; ++i) enhanced(file, 2 - i, 3, some_bytes(4), 4);
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  ASSERT_EQ(reading.frames.size(), 3u);
  EXPECT_EQ(reading.frames[0].frame.link, static_cast<LinkType>(65535));
  EXPECT_EQ(reading.frames[0].frame.time, 101'500'000'000);
  EXPECT_EQ(reading.frames[1].frame.link, LinkType::raw);
  EXPECT_EQ(reading.frames[1].frame.time, 3);
  EXPECT_EQ(reading.frames[2].frame.link, LinkType::ethernet);
  EXPECT_EQ(reading.frames[2].frame.time, 3'000);
}

TEST(Pcapng, NothingIsReadBehindTheEndOfOptions) {
  Writer file(ByteOrder::little);
  section(file);
  interface(file, 1, 0, Writer(ByteOrder::little).u32(0).u16(9).u16(5000));
  enhanced(file, 0, 3, some_bytes(4), 4);
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  EXPECT_EQ(reading.frames.size(), 1u);
}

TEST(Pcapng, SectionsOfDifferentByteOrder) {
  Writer first = pcapng(ByteOrder::little);
  enhanced(first, 0, 1, some_bytes(4, 1), 4);
  Writer second(ByteOrder::big);
  interface(section(second, 1, 2), 101);
  enhanced(second, 0, 2, some_bytes(4, 2), 4);
  Writer third = pcapng(ByteOrder::little);
  enhanced(third, 0, 3, some_bytes(4, 3), 4);
  first.raw(second.bytes()).raw(third.bytes());
  const auto reading = read_all(first.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  ASSERT_EQ(reading.frames.size(), 3u);
  EXPECT_EQ(reading.frames[1].frame.link, LinkType::raw);
  EXPECT_EQ(reading.frames[1].frame.time, 2'000);
  EXPECT_EQ(reading.frames[2].frame.link, LinkType::ethernet);
  EXPECT_EQ(reading.frames[2].bytes, some_bytes(4, 3));
  EXPECT_EQ(reading.frames[2].frame.number, 3u);
}

TEST_P(PcapngByteOrder, InterfacesHaveNames) {
  const ByteOrder order = GetParam();
  Writer file(order);
  interface(section(file), 1, 0, option(Writer(order), 2, "eth0").u32(0));
  interface(file, 1, 0, option(Writer(order), 3, "a description is no name"));
  enhanced(file, 1, 1, some_bytes(4), 4);
  enhanced(file, 0, 1, some_bytes(4), 4);
  simple(file, some_bytes(4), 4);
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  ASSERT_EQ(reading.frames.size(), 3u);
  EXPECT_EQ(reading.frames[0].frame.interface, 1u);
  EXPECT_EQ(reading.frames[0].interface_name, "");
  EXPECT_EQ(reading.frames[1].frame.interface, 0u);
  EXPECT_EQ(reading.frames[1].interface_name, "eth0");
  EXPECT_EQ(reading.frames[2].interface_name, "eth0");
}

TEST(Pcapng, InterfacesAreCountedOverTheFile) {
  const ByteOrder order = ByteOrder::big;
  Writer file = pcapng();
  enhanced(interface(file, 1), 1, 1, some_bytes(4), 4);
  Writer second(order);
  section(second);
  interface(second, 1, 0, option(Writer(order), 2, "\xff\x01name"));
  enhanced(second, 0, 1, some_bytes(4), 4);
  const auto reading = read_all(file.raw(second.bytes()).bytes());
  ASSERT_EQ(reading.frames.size(), 2u);
  EXPECT_EQ(reading.frames[0].frame.interface, 1u);
  EXPECT_EQ(reading.frames[1].frame.interface, 2u);
  EXPECT_EQ(reading.frames[1].interface_name, "\xff\x01name");
}

TEST_P(PcapngByteOrder, Comments) {
  const ByteOrder order = GetParam();
  Writer file = pcapng(order);
  Writer options(order);
  option(options, 1, "first");
  option(options, 2, "none");
  option(options, 1, "");
  option(options, 1, "\xff").u32(0);
  option(options, 1, "behind the end");
  enhanced(file, 0, 1, some_bytes(5), 5, options);
  enhanced(file, 0, 1, some_bytes(5), 5);
  file.block(kObsoletePacket, option(Writer(order).u32(0).u64(0).u32(4).u32(4).u32(1), 1, "old"));
  simple(file, some_bytes(4), 4);
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  ASSERT_EQ(reading.frames.size(), 4u);
  EXPECT_EQ(reading.frames[0].comments, (std::vector<std::string>{"first", "", "\xff"}));
  EXPECT_TRUE(reading.frames[1].comments.empty());
  EXPECT_EQ(reading.frames[2].comments, std::vector<std::string>{"old"});
  EXPECT_TRUE(reading.frames[3].comments.empty());
}

// The frame is good, whatever stands behind it.
TEST(Pcapng, CommentsEndAtADamagedOption) {
  Writer file = pcapng();
  Writer options(ByteOrder::little);
  option(options, 1, "good").u16(1).u16(5).u32(0);
  enhanced(file, 0, 1, some_bytes(4), 4, options);
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  ASSERT_EQ(reading.frames.size(), 1u);
  EXPECT_EQ(reading.frames[0].comments, std::vector<std::string>{"good"});
}

TEST(Pcapng, InterfacesEndWithTheirSection) {
  Writer file = pcapng();
  section(file);
  enhanced(file, 0, 1, some_bytes(4), 4);
  EXPECT_EQ(read_all(file.bytes()).error_text(),
            "test: frame 1 at byte 76: names interface 0, but the section describes 0 before it");
}

TEST(Pcapng, OtherBlocksAreSkipped) {
  Writer file = pcapng();
  file.block(kStatistics, Writer(ByteOrder::little).u32(0).u64(0));
  file.block(0x0bad0bad, Writer(ByteOrder::little));
  file.block(0, Writer(ByteOrder::little).raw(some_bytes(300'000)));
  enhanced(file, 0, 1, some_bytes(4), 4, Writer(ByteOrder::little).u16(1).u16(4).u32(0x21212121));
  file.block(0xffffffff, Writer(ByteOrder::little).u32(0));
  const auto reading = read_all(file.bytes());
  EXPECT_EQ(reading.error_text(), "no error");
  EXPECT_EQ(reading.frames.size(), 1u);
}

TEST(Pcapng, MoreCapturedThanWasOnTheWire) {
  Writer file = pcapng();
  enhanced(file, 0, 1, some_bytes(60), 40);
  const auto reading = read_all(file.bytes());
  ASSERT_EQ(reading.frames.size(), 1u);
  EXPECT_EQ(reading.frames[0].frame.original_length, 60u);
}

TEST(Pcapng, LargestFrame) {
  Writer file = pcapng();
  enhanced(file, 0, 1, some_bytes(kMaxCapturedLength), kMaxCapturedLength);
  enhanced(file, 0, 1, some_bytes(kMaxCapturedLength + 1), kMaxCapturedLength + 1);
  const auto reading = read_all(file.bytes());
  ASSERT_EQ(reading.frames.size(), 1u);
  EXPECT_EQ(reading.frames[0].bytes, some_bytes(kMaxCapturedLength));
  EXPECT_EQ(reading.error_text(),
            "test: frame 2 at byte 262224: claims 262145 captured bytes, more than the 262144 "
            "that a frame may have");
}

TEST(Pcapng, UnknownVersion) {
  const struct {
    std::uint16_t major, minor;
    const char* text;
  } cases[] = {
      {2, 0, "test: block at byte 0: pcapng version 2.0 is not known"},
      {1, 1, "test: block at byte 0: pcapng version 1.1 is not known"},
      {0, 0, "test: block at byte 0: pcapng version 0.0 is not known"},
  };
  for (const auto& c : cases) {
    Writer file(ByteOrder::big);
    EXPECT_EQ(read_all(section(file, c.major, c.minor).bytes()).error_text(), c.text);
  }
}

TEST(Pcapng, ByteOrderMagic) {
  const auto file =
      Writer(ByteOrder::big).block(kSectionHeader, Writer(ByteOrder::big).u32(0x1a2b3c4e).u64(0));
  EXPECT_EQ(read_all(file.bytes()).error_text(),
            "test: block at byte 0: 0x1a2b3c4e is not a byte-order magic (0x1a2b3c4d in either "
            "order)");
}

// Blocks whose lengths lie, behind one section and one interface.
TEST(Pcapng, LengthsThatLie) {
  const auto le = [] { return Writer(ByteOrder::little); };
  const struct {
    Writer block;
    const char* text;
  } cases[] = {
      {le().u32(5).u32(13), "block at byte 48: its length 13 is not a multiple of 4"},
      {le().u32(6).u32(34), "frame 1 at byte 48: its length 34 is not a multiple of 4"},
      {le().u32(77).u32(8),
       "block at byte 48: its length 8 is too small for a block, which has at least 12 bytes"},
      {le().u32(77).u32(0),
       "block at byte 48: its length 0 is too small for a block, which has at least 12 bytes"},
      {le().u32(kSectionHeader).u32(24).u32(0x1a2b3c4d),
       "block at byte 48: its length 24 is too small for a section header, which has at least 28 "
       "bytes"},
      {le().u32(kInterface).u32(16),
       "block at byte 48: its length 16 is too small for an interface description, which has at "
       "least 20 bytes"},
      {le().u32(kObsoletePacket).u32(28),
       "frame 1 at byte 48: its length 28 is too small for a packet block, which has at least 32 "
       "bytes"},
      {le().u32(kSimplePacket).u32(12),
       "frame 1 at byte 48: its length 12 is too small for a simple packet block, which has at "
       "least 16 bytes"},
      {le().u32(kEnhancedPacket).u32(28),
       "frame 1 at byte 48: its length 28 is too small for an enhanced packet block, which has at "
       "least 32 bytes"},
      {le().u32(kEnhancedPacket).u32(16 * 1024 * 1024 + 4),
       "frame 1 at byte 48: its length 16777220 is more than the 16777216 that an enhanced packet "
       "block may have"},
      {le().u32(77).u32(16).u32(0).u32(20),
       "block at byte 48: its length is 16 at its start and 20 at its end"},
      {le().u32(kSimplePacket).u32(20).u32(4).u32(0).u32(0),
       "frame 1 at byte 48: its length is 20 at its start and 0 at its end"},
      {le().block(kSimplePacket, le().u32(9).u64(0)),
       "frame 1 at byte 48: claims 9 captured bytes, but its block holds 8"},
      {le().block(kEnhancedPacket, le().u32(0).u64(0).u32(9).u32(9).u64(0)),
       "frame 1 at byte 48: claims 9 captured bytes, but its block holds 8"},
      {le().block(kEnhancedPacket, le().u32(0).u64(0).u32(0xffffffff).u32(9).u64(0)),
       "frame 1 at byte 48: claims 4294967295 captured bytes, more than the 262144 that a frame "
       "may have"},
      {le().block(kEnhancedPacket, le().u32(1).u64(0).u32(8).u32(8).u64(0)),
       "frame 1 at byte 48: names interface 1, but the section describes 1 before it"},
      {le().block(kObsoletePacket, le().u16(7).u16(0).u64(0).u32(8).u32(8).u64(0)),
       "frame 1 at byte 48: names interface 7, but the section describes 1 before it"},
      {le().block(kInterface, le().u64(1).u16(2).u16(9).u64(0)),
       "block at byte 48: its option 2 claims 9 bytes, but 8 follow"},
      {le().block(kInterface, le().u64(1).u16(9).u16(4).u32(0)),
       "block at byte 48: its option 9 has 4 bytes instead of 1"},
      {le().block(kInterface, le().u64(1).u16(14).u16(4).u32(0)),
       "block at byte 48: its option 14 has 4 bytes instead of 8"},
  };
  for (const auto& c : cases) {
    const auto reading = read_all(pcapng().raw(c.block.bytes()).bytes());
    EXPECT_EQ(reading.error_text(), std::string("test: ") + c.text);
    EXPECT_EQ(reading.error_kind(), ErrorKind::input);
  }
}

TEST(Pcapng, SimplePacketWithoutInterface) {
  Writer file(ByteOrder::little);
  simple(section(file), some_bytes(4), 4);
  EXPECT_EQ(read_all(file.bytes()).error_text(),
            "test: frame 1 at byte 28: names interface 0, but the section describes 0 before it");
}

TEST(Pcapng, InterfacesHaveALimit) {
  Writer file(ByteOrder::little);
  section(file);
  for (int i = 0; i < 65536; ++i) interface(file, 1);
  enhanced(file, 65535, 1, some_bytes(4), 4);
  EXPECT_EQ(read_all(file.bytes()).error_text(), "no error");
  interface(file, 1);
  EXPECT_EQ(read_all(file.bytes()).error_text(),
            "test: block at byte 1310784: the section describes more than 65536 interfaces");
}

TEST(Pcapng, EveryTruncation) {
  Writer file = pcapng();
  enhanced(file, 0, 1, some_bytes(21, 1), 21);
  file.block(kStatistics, Writer(ByteOrder::little).u32(0).u64(0));
  simple(file, some_bytes(6, 2), 6);
  section(file);
  const ByteVector whole = file.bytes();
  const std::vector<std::size_t> borders = {28, 48, 104, 128, 152, 180};
  ASSERT_EQ(whole.size(), borders.back());

  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const auto reading = read_all(std::span(whole).first(size));
    ASSERT_EQ(reading.frames.size(), size < 104 ? 0u : size < 152 ? 1u : 2u);
    if (size >= 104) {
      EXPECT_EQ(reading.frames[0].bytes, some_bytes(21, 1));
    }
    if (size >= 152) {
      EXPECT_EQ(reading.frames[1].bytes, some_bytes(6, 2));
    }
    const bool at_border = std::find(borders.begin(), borders.end(), size) != borders.end();
    EXPECT_EQ(reading.error.has_value(), !at_border) << reading.error_text();
  }
}

TEST(Pcapng, CutsSayWhereAndWhat) {
  Writer file = pcapng();
  enhanced(file, 0, 1, some_bytes(4), 4);                            // 48 to 84
  file.block(kStatistics, Writer(ByteOrder::little).u32(0).u64(0));  // 84 to 108
  const struct {
    std::size_t size;
    const char* text;
  } cases[] = {
      {4, "test: block at byte 0: cut in its header: 4 of 8 bytes are there"},
      {10, "test: block at byte 0: cut in its byte-order magic: 2 of 4 bytes are there"},
      {27, "test: block at byte 0: cut in its body: 19 of 20 bytes are there"},
      {29, "test: block at byte 28: cut in its header: 1 of 8 bytes are there"},
      {56, "test: frame 1 at byte 48: cut in its body: 0 of 28 bytes are there"},
      {83, "test: frame 1 at byte 48: cut in its body: 27 of 28 bytes are there"},
      {97, "test: block at byte 84: cut in its body: 5 of 12 bytes are there"},
      {107, "test: block at byte 84: cut in its trailer: 3 of 4 bytes are there"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(read_all(std::span(file.bytes()).first(c.size)).error_text(), c.text);
  }
}

}  // namespace
}  // namespace statewall
