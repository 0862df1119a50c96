#include "capture/annotator.h"

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
using testing::Reading;
using testing::section;
using testing::simple;
using testing::some_bytes;
using testing::Writer;

constexpr std::uint16_t kComment = 1;

struct Work {
  ByteVector bytes;
  Annotated result;
};

// Each comment is its frame's number, so that those of neighbours are told apart.
Work annotated(const ByteVector& capture) {
  Work work;
  const auto reader = CaptureReader::open("test", capture);
  if (!reader) {
    ADD_FAILURE() << reader.error().text();
    return work;
  }
  std::string text;
  const auto comment_of = [&](const Frame& frame) -> std::string_view {
    return text = "frame " + std::to_string(frame.number);
  };
  work.result = annotate(**reader, comment_of, [&](std::span<const std::uint8_t> bytes) {
    work.bytes.insert(work.bytes.end(), bytes.begin(), bytes.end());
    return true;
  });
  return work;
}

// The same frames, each with its comments and then ours.
void expect_same_frames(const Reading& before, const Reading& after) {
  EXPECT_EQ(after.error_text(), "no error");
  ASSERT_EQ(before.frames.size(), after.frames.size());
  for (std::size_t i = 0; i < before.frames.size(); ++i) {
    const Frame& old = before.frames[i].frame;
    const Frame& now = after.frames[i].frame;
    EXPECT_EQ(before.frames[i].bytes, after.frames[i].bytes);
    EXPECT_EQ(old.time, now.time);
    EXPECT_EQ(old.original_length, now.original_length);
    EXPECT_EQ(old.link, now.link);
    auto comments = before.frames[i].comments;
    comments.push_back("frame " + std::to_string(i + 1));
    EXPECT_EQ(comments, after.frames[i].comments);
  }
}

Writer pcap(std::uint32_t magic, ByteOrder order, std::uint32_t link = 1) {
  return Writer(order).u32(magic).u16(2).u16(4).u64(0).u32(4096).u32(link);
}

class Annotate : public ::testing::TestWithParam<ByteOrder> {};
INSTANTIATE_TEST_SUITE_P(Both, Annotate, ::testing::Values(ByteOrder::little, ByteOrder::big));

TEST_P(Annotate, Pcap) {
  for (const std::uint32_t magic : {0xa1b2c3d4, 0xa1b23c4d}) {
    Writer file = pcap(magic, GetParam(), 113);
    file.u32(0xfffffffe).u32(999'999).u32(5).u32(60).raw(some_bytes(5));
    file.u32(1).u32(2).u32(8).u32(8).raw(some_bytes(8));
    file.u32(1).u32(2).u32(0).u32(9);
    const Work work = annotated(file.bytes());
    EXPECT_EQ(work.result.frames, 3u);
    EXPECT_FALSE(work.result.error);
    expect_same_frames(read_all(file.bytes()), read_all(work.bytes));
  }
}

TEST_P(Annotate, PcapByteForByte) {
  const ByteOrder order = GetParam();
  Writer file = pcap(0xa1b23c4d, order, 0x24000001);
  file.u32(2).u32(3).u32(5).u32(4).raw(some_bytes(5));  // more than was on the wire: kept

  Writer expected(order);
  Writer program = Writer(order).u32(0x1a2b3c4d).u16(1).u16(0).u64(~std::uint64_t{0});
  expected.block(kSectionHeader, option(program, 4, "Statewall").u32(0));
  Writer link = Writer(order).u16(1).u16(0).u32(4096);
  option(link, 9, "\x09");
  expected.block(kInterface, option(link, 13, "\x20").u32(0));
  Writer frame = Writer(order).u32(0).u32(0).u32(2'000'000'003).u32(5).u32(4).raw(some_bytes(5));
  expected.block(kEnhancedPacket, option(frame.pad(), kComment, "frame 1").u32(0));
  EXPECT_EQ(annotated(file.bytes()).bytes, expected.bytes());
}

TEST_P(Annotate, EnhancedPackets) {
  const ByteOrder order = GetParam();
  const struct {
    Writer before, after;
  } options[] = {
      {Writer(order), option(Writer(order), kComment, "frame 1").u32(0)},
      {Writer(order).u32(0), option(Writer(order), kComment, "frame 1").u32(0)},
      {option(Writer(order), kComment, "mine"),
       option(option(Writer(order), kComment, "mine"), kComment, "frame 1").u32(0)},
      {option(Writer(order), 2, "\1\2\3\4").u32(0),
       option(option(Writer(order), 2, "\1\2\3\4"), kComment, "frame 1").u32(0)},
      // what stands behind the end stays there
      {option(Writer(order), kComment, "a").u32(0).u32(7),
       option(option(Writer(order), kComment, "a"), kComment, "frame 1").u32(0).u32(7)},
      // a damaged option is moved behind the end
      {option(Writer(order), kComment, "a").u16(2).u16(9),
       option(option(Writer(order), kComment, "a"), kComment, "frame 1").u32(0).u16(2).u16(9)},
  };
  for (const auto& o : options) {
    Writer before = pcapng(order);
    Writer after = pcapng(order);
    enhanced(before, 0, 5, some_bytes(7), 70, o.before);
    enhanced(after, 0, 5, some_bytes(7), 70, o.after);
    EXPECT_EQ(annotated(before.bytes()).bytes, after.bytes());
    expect_same_frames(read_all(before.bytes()), read_all(after.bytes()));
  }
}

TEST_P(Annotate, ObsoletePackets) {
  const ByteOrder order = GetParam();
  const auto packet = [&] {
    return Writer(order).u16(0).u16(9).u32(1).u32(2).u32(5).u32(9).raw(some_bytes(5)).pad();
  };
  Writer before = pcapng(order);
  Writer after = pcapng(order);
  before.block(kObsoletePacket, packet());
  after.block(kObsoletePacket, option(packet(), kComment, "frame 1").u32(0));
  EXPECT_EQ(annotated(before.bytes()).bytes, after.bytes());
}

TEST_P(Annotate, SimplePacketsBecomeEnhanced) {
  const ByteOrder order = GetParam();
  Writer before(order);
  Writer after(order);
  interface(section(before), 101, 6);
  interface(section(after), 101, 6);
  simple(before, some_bytes(6), 40);
  enhanced(after, 0, 0, some_bytes(6), 40, option(Writer(order), kComment, "frame 1").u32(0));
  EXPECT_EQ(annotated(before.bytes()).bytes, after.bytes());
  expect_same_frames(read_all(before.bytes()), read_all(after.bytes()));
}

TEST_P(Annotate, OtherBlocksStayAsTheyAre) {
  const ByteOrder order = GetParam();
  const auto other = [&](Writer& file) {
    for (const std::uint32_t type : {4, 5, 9, 10, 0xbad, 0x40000bad}) {
      file.block(type, Writer(order).raw(some_bytes(33, static_cast<std::uint8_t>(type))));
    }
    file.block(77, Writer(order).raw(some_bytes(300'000)));
  };
  Writer before = pcapng(order);
  Writer after = pcapng(order);
  other(before);
  other(after);
  enhanced(before, 0, 5, some_bytes(8), 8);
  enhanced(after, 0, 5, some_bytes(8), 8, option(Writer(order), kComment, "frame 1").u32(0));
  other(before);
  other(after);
  EXPECT_EQ(annotated(before.bytes()).bytes, after.bytes());
}

TEST(AnnotateSections, OfEitherByteOrder) {
  Writer file = pcapng(ByteOrder::little);
  enhanced(file, 0, 1, some_bytes(4, 1), 4);
  Writer second = pcapng(ByteOrder::big);
  enhanced(second, 0, 2, some_bytes(4, 2), 4);
  file.raw(second.bytes());
  enhanced(file.raw(pcapng(ByteOrder::little).bytes()), 0, 3, some_bytes(4, 3), 4);
  expect_same_frames(read_all(file.bytes()), read_all(annotated(file.bytes()).bytes));
}

TEST_P(Annotate, ALengthOfTheSectionIsWithdrawn) {
  const ByteOrder order = GetParam();
  const auto with_length = [&](std::uint64_t length) {
    Writer file(order);
    Writer head = Writer(order).u32(0x1a2b3c4d).u16(1).u16(2).u64(length);
    return file.block(kSectionHeader, option(head, kComment, "of the section")).bytes();
  };
  EXPECT_EQ(annotated(with_length(1234)).bytes, with_length(~std::uint64_t{0}));
}

// All that stood before the damage, and nothing half.
TEST(AnnotateDamaged, CutAnywhere) {
  Writer whole = pcapng();
  for (int i = 0; i < 3; ++i)
    enhanced(whole, 0, 5, some_bytes(9), 9).block(77, Writer(ByteOrder::little).u64(0));
  const ByteVector all = annotated(whole.bytes()).bytes;
  for (std::size_t size = 28; size < whole.bytes().size(); ++size) {
    const ByteVector cut(whole.bytes().begin(), whole.bytes().begin() + static_cast<int>(size));
    const Work work = annotated(cut);
    const Reading before = read_all(cut);
    EXPECT_EQ(work.result.error.has_value(), before.error.has_value()) << size;
    if (before.error && work.result.error) {
      EXPECT_EQ(work.result.error->where, before.error->where);
    }
    EXPECT_EQ(work.result.frames, before.frames.size());
    ASSERT_LE(work.bytes.size(), all.size());
    EXPECT_TRUE(std::equal(work.bytes.begin(), work.bytes.end(), all.begin()));
    expect_same_frames(before, read_all(work.bytes));
  }
}

TEST(AnnotateDamaged, ABlockThatCannotBeRead) {
  const auto le = [] { return Writer(ByteOrder::little); };
  Writer section(ByteOrder::little);
  testing::section(section, 9);
  for (const Writer& bad : {section, le().block(kInterface, le().u64(1).u16(9).u16(4).u32(0)),
                            le().block(kEnhancedPacket, le().u32(7).u64(0).u64(0))}) {
    Writer file = pcapng();
    const Work work = annotated(file.raw(bad.bytes()).bytes());
    EXPECT_TRUE(work.result.error);
    EXPECT_EQ(work.bytes, pcapng().bytes());
  }
}

TEST(AnnotateDamaged, PcapCut) {
  Writer file = pcap(0xa1b2c3d4, ByteOrder::little);
  file.u64(0).u32(8).u32(8).raw(some_bytes(8)).u64(0).u32(8).u32(8).raw(some_bytes(7));
  const Work work = annotated(file.bytes());
  ASSERT_TRUE(work.result.error);
  EXPECT_EQ(work.result.error->text(),
            "test: frame 2 at byte 48: cut in its data: 7 of 8 bytes are there");
  expect_same_frames(read_all(file.bytes()), read_all(work.bytes));
}

// Where nothing is written anew such a block is skipped; here its end must be known before it is
// written, and Wireshark would not open the file.
TEST(AnnotateDamaged, ABlockTooLongToHold) {
  Writer file = pcapng();
  file.u32(77).u32(kMaxBlockLength + 4).raw(some_bytes(100));
  const Work work = annotated(file.bytes());
  ASSERT_TRUE(work.result.error);
  EXPECT_EQ(work.result.error->text(),
            "test: block at byte 48: its length 16777220 is more than the 16777216 that a block "
            "may have");
  EXPECT_EQ(work.bytes, pcapng().bytes());
}

TEST(AnnotateLimits, ACommentIsCutToItsRoom) {
  const std::string longest(70000, 'x');
  const auto comments = [&](const ByteVector& capture) {
    ByteVector out;
    const auto reader = CaptureReader::open("test", capture);
    annotate(
        **reader, [&](const Frame&) { return std::string_view(longest); },
        [&](std::span<const std::uint8_t> bytes) {
          out.insert(out.end(), bytes.begin(), bytes.end());
          return true;
        });
    const Reading reading = read_all(out);
    EXPECT_EQ(reading.error_text(), "no error");
    return reading.frames.at(0).comments;
  };
  Writer file = pcapng();
  enhanced(file, 0, 5, some_bytes(9), 9);
  EXPECT_EQ(comments(file.bytes()), std::vector<std::string>{longest.substr(0, 65535)});

  constexpr std::size_t kEmptyBlock = 32;
  for (const std::size_t room : {4u, 12u}) {
    Writer full = pcapng();
    Writer behind_the_end = Writer(ByteOrder::little).u32(0);
    behind_the_end.raw(ByteVector(kMaxBlockLength - kEmptyBlock - 4 - room));
    enhanced(full, 0, 5, {}, 9, behind_the_end);
    std::vector<std::string> expected;
    if (room >= 8) expected.push_back(longest.substr(0, room - 8));
    EXPECT_EQ(comments(full.bytes()), expected) << room;
  }
}

TEST(AnnotateLimits, EndsWhenTheSinkTakesNoMore) {
  Writer file = pcapng();
  for (int i = 0; i < 9; ++i) enhanced(file, 0, 5, some_bytes(9), 9);
  const auto reader = CaptureReader::open("test", file.bytes());
  int calls = 0;
  const Annotated result = annotate(
      **reader, [](const Frame&) { return std::string_view("x"); },
      [&](std::span<const std::uint8_t>) { return ++calls < 5; });
  EXPECT_EQ(calls, 5);  // the section, the interface, three frames
  EXPECT_EQ(result.frames, 2u);
  EXPECT_FALSE(result.written);
  EXPECT_FALSE(result.error);
}

}  // namespace
}  // namespace statewall
