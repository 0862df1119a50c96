#include "capture/reader.h"

#include <gtest/gtest.h>

#include <string_view>

#include "capture/testing.h"

namespace statewall {
namespace {

using testing::ByteVector;
using testing::read_all;
using testing::some_bytes;
using testing::StandardInput;
using testing::Writer;

ByteVector small_pcap() {
  return Writer(ByteOrder::little)
      .u32(0xa1b2c3d4)
      .u16(2)
      .u16(4)
      .u64(0)
      .u32(65535)
      .u32(1)
      .u64(0)
      .u32(10)
      .u32(10)
      .raw(some_bytes(10))
      .bytes();
}

ByteVector bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Reader, EmptyFile) {
  const auto reading = read_all(ByteVector{});
  EXPECT_EQ(reading.error_text(), "test: is empty");
  EXPECT_EQ(reading.error_kind(), ErrorKind::input);
}

TEST(Reader, NotACapture) {
  const struct {
    std::string_view head;
    const char* text;
  } cases[] = {
      {"\x7f"
       "ELF\x02\x01\x01\x03\x04",
       "is not a pcap or pcapng capture: it begins with 7f 45 4c 46 02 01 01 03"},
      {"hi\n", "is not a pcap or pcapng capture: it begins with 68 69 0a"},
      {"\xd4\xc3\xb2", "is not a pcap or pcapng capture: it begins with d4 c3 b2"},
      {"\xfd"
       "7zXZ",
       "is compressed with xz; decompress it first"},
      {"BZh9", "is compressed with bzip2; decompress it first"},
      {"\x04\x22\x4d\x18", "is compressed with lz4; decompress it first"},
      {"\xa1\xb2\xcd\x34", "is a capture in the modified pcap format, which is not supported"},
      {"\x34\xcd\xb2\xa1", "is a capture in the modified pcap format, which is not supported"},
      {"snoop", "is a snoop capture, which is not supported"},
  };
  for (const auto& c : cases) {
    const auto reading = read_all(bytes_of(c.head));
    EXPECT_EQ(reading.error_text(), std::string("test: ") + c.text);
    EXPECT_EQ(reading.error_kind(), ErrorKind::input);
  }
}

TEST(Reader, FileThatCannotBeOpened) {
  const auto reader = CaptureReader::open("/nowhere/ping.pcap");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().text(),
            "/nowhere/ping.pcap: cannot be opened: No such file or directory");
  EXPECT_EQ(reader.error().kind, ErrorKind::runtime);
}

TEST(Reader, Directory) {
  const auto reader = CaptureReader::open("/");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().text(), "/: cannot be read: Is a directory");
  EXPECT_EQ(reader.error().kind, ErrorKind::runtime);
}

TEST(Reader, StandardInput) {
  StandardInput pipe;
  pipe.send(small_pcap());
  const auto reader = CaptureReader::open("-");
  ASSERT_TRUE(reader);
  Frame frame;
  // The frame comes while the pipe is still open.
  const auto first = (*reader)->next(frame);
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, CaptureReader::Next::frame);
  EXPECT_EQ(frame.bytes.size(), 10u);
  pipe.close();
  const auto second = (*reader)->next(frame);
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, CaptureReader::Next::end);
}

TEST(Reader, StandardInputIsNamed) {
  StandardInput pipe;
  const ByteVector file = small_pcap();
  pipe.send(std::span(file).first(30));
  pipe.close();
  EXPECT_EQ(read_all(CaptureReader::open("-")).error_text(),
            "standard input: frame 1 at byte 24: cut in its record header: 6 of 16 bytes are "
            "there");
}

TEST(Reader, InputThatFailsIsNotAtItsEnd) {
  StandardInput pipe;
  pipe.send(small_pcap());
  const auto reader = CaptureReader::open("-");
  ASSERT_TRUE(reader);
  Frame frame;
  ASSERT_TRUE((*reader)->next(frame));
  pipe.fail();
  const auto next = (*reader)->next(frame);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().text(), "standard input: cannot be read: Is a directory");
  EXPECT_EQ(next.error().kind, ErrorKind::runtime);
}

TEST(Reader, EndStaysEnd) {
  const ByteVector file = small_pcap();
  const auto reader = CaptureReader::open("test", file);
  ASSERT_TRUE(reader);
  Frame frame;
  ASSERT_EQ(*(*reader)->next(frame), CaptureReader::Next::frame);
  EXPECT_EQ(*(*reader)->next(frame), CaptureReader::Next::end);
  EXPECT_EQ(*(*reader)->next(frame), CaptureReader::Next::end);
}

// What follows a damaged record is no record: it must not be taken for one.
TEST(Reader, ErrorStaysError) {
  ByteVector file = Writer(ByteOrder::little).raw(small_pcap()).u64(0).u32(262145).u32(0).bytes();
  const ByteVector record = ByteVector(file.begin() + 24, file.begin() + 50);
  file.insert(file.end(), record.begin(), record.end());
  const auto reader = CaptureReader::open("test", file);
  ASSERT_TRUE(reader);
  Frame frame;
  ASSERT_TRUE((*reader)->next(frame));
  for (int i = 0; i < 3; ++i) {
    const auto next = (*reader)->next(frame);
    ASSERT_FALSE(next);
    EXPECT_EQ(next.error().where, "test: frame 2 at byte 50");
  }
}

}  // namespace
}  // namespace statewall
