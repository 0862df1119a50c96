#include "capture/decompress.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "capture/testing.h"

namespace statewall {
namespace {

using testing::ByteVector;
using testing::read_all;
using testing::Reading;
using testing::some_bytes;
using testing::StandardInput;
using testing::Writer;

ByteVector gzip(const ByteVector& bytes) {
  z_stream stream{};
  constexpr int kGzip = 16;
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + kGzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
  ByteVector out(bytes.size() + 1024);
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// With a window asked for, the size stays unknown, or the window would be made to fit it.
ByteVector zstd(const ByteVector& bytes, int window_log = 0) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log > 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  ByteVector out(ZSTD_compressBound(bytes.size()) + 1024);
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  ZSTD_inBuffer from{bytes.data(), bytes.size(), 0};
  if (window_log > 0) ZSTD_compressStream2(context, &to, &from, ZSTD_e_flush);
  EXPECT_EQ(ZSTD_compressStream2(context, &to, &from, ZSTD_e_end), 0u);
  out.resize(to.pos);
  ZSTD_freeCCtx(context);
  return out;
}

// All of the bytes, but not yet the end of the frame.
ByteVector beginning_of_zstd(const ByteVector& bytes) {
  ByteVector file = zstd(bytes, 20);
  file.resize(file.size() - 7);  // an empty last block, and the checksum
  return file;
}

ByteVector skippable_frame(const ByteVector& bytes) {
  return Writer(ByteOrder::little).u32(0x184d2a5e).u32(bytes.size()).raw(bytes).bytes();
}

ByteVector join(std::initializer_list<ByteVector> parts) {
  ByteVector all;
  for (const ByteVector& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct Format {
  const char* name;
  ByteVector (*compress)(const ByteVector&);
};

const Format kFormats[] = {
    {"gzip", gzip},
    {"zstd", [](const ByteVector& bytes) { return zstd(bytes); }},
};

struct Outcome {
  ByteVector bytes;
  std::string failure = "none";
};

Outcome read_input(Input& input) {
  Outcome outcome;
  for (;;) {
    const auto piece = input.take(1000);
    outcome.bytes.insert(outcome.bytes.end(), piece.begin(), piece.end());
    if (piece.size() < 1000) break;
  }
  if (input.failure()) outcome.failure = input.failure()->text();
  return outcome;
}

Outcome decompressed(const ByteVector& bytes) { return read_input(*Input::open("test", bytes)); }

// Three frames of 50, 100 and 150 bytes: at 24, 90 and 206, to the end at 372.
ByteVector small_capture() {
  Writer file(ByteOrder::little);
  file.u32(0xa1b2c3d4).u16(2).u16(4).u64(0).u32(65535).u32(1);
  for (std::size_t size : {50, 100, 150}) {
    file.u64(0).u32(size).u32(size).raw(some_bytes(size, static_cast<std::uint8_t>(size)));
  }
  return file.bytes();
}

TEST(Decompress, GivesWhatWasCompressed) {
  for (const Format& format : kFormats) {
    SCOPED_TRACE(format.name);
    for (const std::size_t size : {0, 1, 1000, 262'144, 262'145, 3'000'000}) {
      const ByteVector bytes = some_bytes(size);
      const Outcome outcome = decompressed(format.compress(bytes));
      EXPECT_EQ(outcome.bytes, bytes);
      EXPECT_EQ(outcome.failure, "none");
    }
  }
}

TEST(Decompress, MembersFollowEachOther) {
  const ByteVector a = some_bytes(1000), b = some_bytes(5, 9), none;
  for (const Format& format : kFormats) {
    SCOPED_TRACE(format.name);
    const auto [name, compress] = format;
    const Outcome outcome =
        decompressed(join({compress(a), compress(none), compress(b), compress(a)}));
    EXPECT_EQ(outcome.bytes, join({a, b, a}));
    EXPECT_EQ(outcome.failure, "none");
  }
}

TEST(Decompress, SkippableFrames) {
  const ByteVector a = some_bytes(1000), note = some_bytes(77);
  const Outcome outcome = decompressed(
      join({skippable_frame(note), zstd(a), skippable_frame({}), zstd(a), skippable_frame(note)}));
  EXPECT_EQ(outcome.bytes, join({a, a}));
  EXPECT_EQ(outcome.failure, "none");
}

TEST(Decompress, LeavesOtherBytesAlone) {
  for (const ByteVector& bytes : {some_bytes(3), ByteVector{0x1f}, ByteVector{0x28, 0xb5, 0x2f}}) {
    const auto input = Input::open("test", bytes);
    EXPECT_EQ(input->name(), "test");
    EXPECT_EQ(read_input(*input).bytes, bytes);
  }
}

TEST(Decompress, OneLayerOnly) {
  const auto reading = read_all(gzip(gzip(small_capture())));
  EXPECT_EQ(reading.error_text(),
            "test (decompressed): is compressed with gzip once more; decompress it first");
  EXPECT_EQ(read_all(gzip(zstd(small_capture()))).error_text(),
            "test (decompressed): is compressed with zstd once more; decompress it first");
}

TEST(Decompress, PositionsAreThoseOfTheDecompressedBytes) {
  for (const Format& format : kFormats) {
    ByteVector capture = small_capture();
    capture.resize(250);
    const Reading reading = read_all(format.compress(capture));
    ASSERT_EQ(reading.frames.size(), 2u);
    EXPECT_EQ(reading.frames[1].frame.position, 90u);
    EXPECT_EQ(
        reading.error_text(),
        "test (decompressed): frame 3 at byte 206: cut in its data: 28 of 150 bytes are there");
  }
}

// Each beginning gives frames that are those of the whole, and then an error that is the file's;
// more of the file never gives fewer frames.
TEST(Decompress, EveryBeginning) {
  const ByteVector capture = small_capture();
  const Reading whole = read_all(capture);
  for (const Format& format : kFormats) {
    const ByteVector head(capture.begin(), capture.begin() + 120);
    const ByteVector tail(capture.begin() + 120, capture.end());
    const ByteVector first = format.compress(head);
    const ByteVector file = join({first, format.compress(tail)});
    std::size_t frames = 0;
    for (std::size_t size = 4; size < file.size(); ++size) {
      SCOPED_TRACE(format.name + std::string(" cut at ") + std::to_string(size));
      const ByteVector beginning(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
      const Reading cut = read_all(beginning);
      ASSERT_GE(cut.frames.size(), frames);
      frames = cut.frames.size();
      ASSERT_LE(frames, 3u);
      for (std::size_t i = 0; i < frames; ++i) {
        ASSERT_EQ(cut.frames[i].bytes, whole.frames[i].bytes);
      }
      // Between the members the compression is whole, and the capture is what is cut.
      ASSERT_EQ(
          cut.error_text(),
          size == first.size()
              ? "test (decompressed): frame 2 at byte 90: cut in its data: 14 of 100 bytes "
                "are there"
              : "test: byte " + std::to_string(size) + ": its " + format.name + " stream is cut");
      ASSERT_EQ(cut.error_kind(), ErrorKind::input);
    }
    EXPECT_EQ(frames, 3u);
  }
}

// Whatever byte is damaged, nothing but a beginning of the capture comes out, or the checksum
// tells.
TEST(Decompress, EveryDamagedByte) {
  const ByteVector capture = small_capture();
  for (const Format& format : kFormats) {
    const ByteVector file = format.compress(capture);
    for (std::size_t at = 0; at < file.size(); ++at) {
      ByteVector damaged = file;
      damaged[at] ^= 0x5a;
      const Outcome outcome = decompressed(damaged);
      // A gzip header has bytes that say nothing of the data: time, system, hints.
      if (outcome.failure == "none" && is_compressed(damaged)) {
        EXPECT_EQ(outcome.bytes, capture) << format.name << " damaged at " << at;
      }
    }
  }
}

TEST(Decompress, WhatIsWrongIsSaid) {
  const ByteVector bytes = some_bytes(1000);
  const auto changed = [](ByteVector file, std::ptrdiff_t from_end) {
    *(file.end() - from_end) ^= 1;
    return file;
  };
  const ByteVector packed = gzip(bytes), frame = zstd(bytes);
  const auto end_of = [](const ByteVector& file) { return std::to_string(file.size()); };
  ByteVector reserved_block = packed;
  reserved_block[10] |= 6;

  const struct {
    const char* title;
    ByteVector file;
    std::string text;
  } cases[] = {
      {"gzip checksum", changed(packed, 8),
       "test: byte " + std::to_string(packed.size() - 4) +
           ": its gzip stream has a wrong checksum"},
      {"gzip length", changed(packed, 4),
       "test: byte " + end_of(packed) + ": its gzip stream has a wrong length at its end"},
      {"deflate", reserved_block, "test: byte 11: its gzip stream is damaged (invalid block type)"},
      {"zstd checksum", changed(frame, 1),
       "test: byte " + std::to_string(frame.size() - 4) + ": its zstd stream has a wrong checksum"},
      {"behind gzip", join({packed, {'x'}}),
       "test: byte " + end_of(packed) + ": its gzip stream is followed by something else"},
      {"behind zstd", join({frame, {0}}),
       "test: byte " + end_of(frame) + ": its zstd stream is followed by something else"},
      {"another format", join({packed, frame}),
       "test: byte " + end_of(packed) + ": its gzip stream is followed by something else"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.title);
    EXPECT_EQ(decompressed(c.file).failure, c.text);
  }
}

// As gzip reads it: from a tape, the last block is filled up.
TEST(Decompress, ZerosMayFollowGzip) {
  const ByteVector bytes = some_bytes(1000);
  const Outcome outcome = decompressed(join({gzip(bytes), ByteVector(1000, 0)}));
  EXPECT_EQ(outcome.bytes, bytes);
  EXPECT_EQ(outcome.failure, "none");
}

TEST(Decompress, WindowOf128MiB) {
  const ByteVector bytes = some_bytes(1000);
  EXPECT_EQ(decompressed(zstd(bytes, 27)).bytes, bytes);
  const Outcome outcome = decompressed(zstd(bytes, 28));
  EXPECT_TRUE(outcome.bytes.empty());
  EXPECT_NE(outcome.failure.find("its zstd stream asks for a window of more than 128 MiB"),
            std::string::npos)
      << outcome.failure;
}

// 64 MiB of zeros in a few KiB: they come one buffer at a time.
TEST(Decompress, BombTakesNoMemory) {
  for (const Format& format : kFormats) {
    const ByteVector bomb = format.compress(ByteVector(std::size_t{1} << 26));
    EXPECT_LT(bomb.size(), 100'000u);
    const auto input = Input::open("test", bomb);
    EXPECT_EQ(input->skip(~std::uint64_t{0}), std::uint64_t{1} << 26);
    EXPECT_LE(input->capacity(), Input::kBufferSize);
    EXPECT_FALSE(input->failure());
  }
}

TEST(Decompress, FileWhateverItsName) {
  for (const Format& format : kFormats) {
    const std::string path = ::testing::TempDir() + "statewall_decompress.pcap";
    const ByteVector file = format.compress(small_capture());
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(file.data()),
               static_cast<std::streamsize>(file.size()));
    const Reading reading = read_all(CaptureReader::open(path));
    EXPECT_EQ(reading.frames.size(), 3u);
    EXPECT_FALSE(reading.error);
  }
}

TEST(Decompress, PipeInPieces) {
  for (const Format& format : kFormats) {
    const ByteVector bytes = some_bytes(600'000);
    const ByteVector file = join({format.compress(bytes), format.compress(bytes)});
    StandardInput pipe;
    std::thread sender([&] {
      for (std::size_t at = 0; at < file.size();) {
        at += pipe.send(std::span(file).subspan(at, std::min<std::size_t>(7, file.size() - at)));
      }
      pipe.close();
    });
    const auto input = Input::open("-");
    ASSERT_TRUE(input);
    EXPECT_EQ((*input)->name(), "standard input (decompressed)");
    const Outcome outcome = read_input(**input);
    EXPECT_EQ(outcome.bytes, join({bytes, bytes}));
    EXPECT_EQ(outcome.failure, "none");
    sender.join();
  }
}

// Or a live capture would show its packets late.
TEST(Decompress, WaitsForNoMoreThanItNeeds) {
  const ByteVector capture = small_capture();
  const ByteVector head(capture.begin(), capture.begin() + 90);
  for (const ByteVector& file : {gzip(head), zstd(head), beginning_of_zstd(head)}) {
    StandardInput pipe;
    pipe.send(file);
    const auto reader = CaptureReader::open("-");
    ASSERT_TRUE(reader);
    Frame frame;
    const auto next = (*reader)->next(frame);  // would hang if it looked for another member
    ASSERT_TRUE(next);
    EXPECT_EQ(frame.bytes.size(), 50u);
  }
}

TEST(Decompress, FailureOfTheSystemIsNotDamage) {
  const ByteVector file = gzip(small_capture());
  StandardInput pipe;
  pipe.send(std::span(file).first(file.size() / 2));
  const auto input = Input::open("-");
  ASSERT_TRUE(input);
  pipe.fail();
  const Outcome outcome = read_input(**input);
  EXPECT_EQ(outcome.failure, "standard input: cannot be read: Is a directory");
}

}  // namespace
}  // namespace statewall
