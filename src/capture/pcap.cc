#include "capture/pcap.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "capture/fields.h"
#include "capture/record_observer.h"
#include "capture/record_reader.h"

namespace statewall {
namespace {

constexpr std::size_t kFileHeaderSize = 24;
constexpr std::size_t kRecordHeaderSize = 16;

struct Magic {
  std::uint32_t value;  // of the first four bytes, in network order
  ByteOrder order;
  std::uint8_t resolution;    // the fraction counts 10^-resolution seconds
  std::uint32_t nanoseconds;  // that one unit of it is
};

constexpr Magic kMagics[] = {
    {0xa1b2c3d4, ByteOrder::big, 6, 1000},
    {0xd4c3b2a1, ByteOrder::little, 6, 1000},
    {0xa1b23c4d, ByteOrder::big, 9, 1},
    {0x4d3cb2a1, ByteOrder::little, 9, 1},
};

const Magic* find_magic(std::span<const std::uint8_t> head) {
  if (head.size() < 4) return nullptr;
  const std::uint32_t value = Fields(ByteOrder::big, head).u32(0);
  for (const Magic& magic : kMagics) {
    if (magic.value == value) return &magic;
  }
  return nullptr;
}

// Which of a record's two lengths is the captured one. Before version 2.3 the second was; programs
// that wrote 2.3 did not agree, but the captured one is never the larger.
enum class Lengths { captured_first, original_first, smaller_is_captured };

Lengths lengths_of_version(std::uint16_t minor) {
  if (minor < 3) return Lengths::original_first;
  return minor == 3 ? Lengths::smaller_is_captured : Lengths::captured_first;
}

// The link type's top six bits: does the file know how many 16-bit words of a frame check sequence
// stand at the end of each frame, and how many.
std::optional<std::uint8_t> check_sequence_bits(std::uint32_t link) {
  constexpr std::uint32_t kKnown = 0x04000000;
  if ((link & kKnown) == 0) return std::nullopt;
  return static_cast<std::uint8_t>((link >> 28) * 16);
}

class PcapReader final : public RecordReader {
 public:
  PcapReader(std::unique_ptr<Input> input, const Magic& magic)
      : RecordReader(std::move(input)),
        magic_(magic),
        ticks_per_second_(static_cast<std::uint64_t>(kNanosecondsPerSecond) / magic.nanoseconds) {}

  std::optional<Error> read_file_header() {
    begin(Place::header);
    const Result<Bytes> bytes = take(kFileHeaderSize, "its file header");
    if (!bytes) return bytes.error();
    const Fields header(magic_.order, *bytes);

    // Every minor version is read: no later one than 4 is known, but there are files that claim it,
    // and they are written as 2.4 is.
    const std::uint16_t major = header.u16(4);
    const std::uint16_t minor = header.u16(6);
    if (major != 2) return error(fmt::format("pcap version {}.{} is not known", major, minor));
    lengths_ = lengths_of_version(minor);

    // The top six bits tell of a frame check sequence, which lies behind the IP packet, where
    // nobody looks. The next ten are reserved; tcpdump and Wireshark take one that is set for
    // damage, too.
    const std::uint32_t link = header.u32(20);
    if ((link & 0x03ff0000) != 0) {
      return error(fmt::format("its link type 0x{:08x} has reserved bits set", link));
    }
    file_ = {magic_.order, magic_.resolution, static_cast<std::uint16_t>(link), header.u32(16),
             check_sequence_bits(link)};
    return std::nullopt;
  }

  void observe(RecordObserver& observer) override {
    observer_ = &observer;
    observer.file(file_);
  }

 private:
  bool read(Frame& frame) override {
    begin(Place::frame);
    const Bytes bytes = take(kRecordHeaderSize);
    if (bytes.size() < kRecordHeaderSize) {
      if (bytes.empty() && at_end()) return false;
      return fail(cut(bytes.size(), kRecordHeaderSize, "its record header"));
    }
    const Fields header(magic_.order, bytes);
    const std::uint64_t seconds = header.u32(0);
    const std::uint64_t ticks = seconds * ticks_per_second_ + header.u32(4);
    frame.time = static_cast<Nanoseconds>(ticks * magic_.nanoseconds);

    std::uint32_t captured = header.u32(8);
    std::uint32_t original = header.u32(12);
    if (lengths_ == Lengths::original_first ||
        (lengths_ == Lengths::smaller_is_captured && captured > original)) {
      std::swap(captured, original);
    }
    // The snap length is no limit: there are files with longer records, some with 0.
    if (auto too_long = check_captured(captured)) return fail(std::move(*too_long));
    const Bytes data = take(captured);
    if (data.size() < captured) return fail(cut(data.size(), captured, "its data"));
    fill(frame, data, original, static_cast<LinkType>(file_.link));
    if (observer_ != nullptr) observer_->record({ticks, original, data});
    return true;
  }

  const Magic& magic_;
  const std::uint64_t ticks_per_second_;  ///< a division a frame less
  Lengths lengths_ = Lengths::captured_first;
  PcapFile file_;
  RecordObserver* observer_ = nullptr;
};

}  // namespace

bool is_pcap(std::span<const std::uint8_t> head) { return find_magic(head) != nullptr; }

Result<std::unique_ptr<CaptureReader>> open_pcap(std::unique_ptr<Input> input) {
  const Magic& magic = *find_magic(input->peek(4));
  auto reader = std::make_unique<PcapReader>(std::move(input), magic);
  if (auto error = reader->read_file_header()) return std::move(*error);
  return std::unique_ptr<CaptureReader>(std::move(reader));
}

}  // namespace statewall
