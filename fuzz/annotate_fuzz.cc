#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture/annotator.h"
#include "capture/options.h"
#include "capture/pcapng_format.h"
#include "capture/reader.h"
#include "capture/record_observer.h"
#include "fuzz/require.h"

// Any bytes as a capture file, written anew with comments, and read again: the same frames with the
// same comments and one more, the last. What was added is taken out again by hand, and the blocks
// of the input must be left.

namespace {

using namespace statewall;
using Bytes = std::vector<std::uint8_t>;

struct Seen {
  Bytes bytes;
  Frame frame;  // its views no longer stand
  std::string interface_name;
  std::vector<std::string> comments;
  std::uint32_t type = 0;  // of its block; 0 in pcap
};

/// All blocks as they stand in the file, and what kinds the frames came in.
class Blocks final : public RecordObserver {
 public:
  void file(const PcapFile&) override { pcap = true; }
  void record(const PcapRecord&) override { packet_ = {}; }
  void block(const PcapngBlock& block) override { keep(block); }
  void packet(const PcapngPacket& packet) override {
    packet_ = packet;
    keep(packet);
  }

  const PcapngPacket& packet() const { return packet_; }

  bool pcap = false;
  std::vector<Bytes> blocks;
  std::vector<PcapngPacket> heads;  // of the blocks; `bytes` no longer stand

 private:
  void keep(const PcapngBlock& block) {
    blocks.emplace_back(block.bytes.begin(), block.bytes.end());
    heads.push_back(block.bytes.data() == packet_.bytes.data() ? packet_ : PcapngPacket{block});
  }

  PcapngPacket packet_;
};

struct File {
  Blocks blocks;
  std::vector<Seen> frames;
  bool damaged = false;
};

std::optional<File> read(std::span<const std::uint8_t> bytes) {
  const auto reader = CaptureReader::open("input", bytes);
  if (!reader) return std::nullopt;
  File file;
  (*reader)->observe(file.blocks);
  Frame frame;
  for (;;) {
    const auto next = (*reader)->next(frame);
    file.damaged = !next;
    if (!next || *next == CaptureReader::Next::end) return file;
    Seen seen{{frame.bytes.begin(), frame.bytes.end()},
              frame,
              std::string(frame.interface_name),
              {},
              file.blocks.packet().type};
    for (const std::string_view comment : frame.comments) seen.comments.emplace_back(comment);
    file.frames.push_back(std::move(seen));
  }
}

/// Of any bytes and of lengths 0 to 7, so that each padding is tried.
std::string comment_of(std::uint64_t number) {
  std::string text = "ct=" + std::to_string(number);
  text.resize(number % 8, '\xff');
  return text;
}

Bytes annotate(std::span<const std::uint8_t> bytes, const File& input) {
  const auto reader = CaptureReader::open("input", bytes);
  Bytes out;
  std::string text;
  const Annotated result = statewall::annotate(
      **reader,
      [&](const Frame& frame) { return std::string_view(text = comment_of(frame.number)); },
      [&](std::span<const std::uint8_t> more) {
        out.insert(out.end(), more.begin(), more.end());
        return true;
      });
  STATEWALL_REQUIRE(result.frames == input.frames.size());
  STATEWALL_REQUIRE(result.error.has_value() == input.damaged);
  return out;
}

void require_same_frames(const File& input, const File& output) {
  STATEWALL_REQUIRE(input.frames.size() == output.frames.size());
  for (std::size_t i = 0; i < input.frames.size(); ++i) {
    const Seen& old = input.frames[i];
    const Seen& now = output.frames[i];
    STATEWALL_REQUIRE(old.bytes == now.bytes);
    // A simple packet block has no time; what it becomes has the first of its interface.
    STATEWALL_REQUIRE(old.frame.time == now.frame.time || old.type == kSimplePacket);
    STATEWALL_REQUIRE(old.frame.original_length == now.frame.original_length);
    STATEWALL_REQUIRE(old.frame.link == now.frame.link);
    STATEWALL_REQUIRE(input.blocks.pcap || old.frame.interface == now.frame.interface);
    STATEWALL_REQUIRE(old.interface_name == now.interface_name);
    std::vector<std::string> comments = old.comments;
    comments.push_back(comment_of(old.frame.number));
    STATEWALL_REQUIRE(comments == now.comments);
  }
}

/// The block as it was before the comment; `old` is how long it was.
Bytes without_comment(Bytes block, const PcapngPacket& head, std::size_t old,
                      std::size_t comment_size) {
  const std::size_t options = head.data + padded(head.captured);
  const std::span whole(block);
  OptionWalk walk(Fields(head.order, whole.subspan(options, whole.size() - 4 - options)));
  std::size_t place = 0;
  for (std::size_t at = 0; walk.next(); at = walk.position()) place = at;
  const std::size_t added = block.size() - old;
  const std::size_t option = 4 + padded(comment_size);
  STATEWALL_REQUIRE(added == option || added == option + 4);
  const auto from = block.begin() + static_cast<std::ptrdiff_t>(options + place);
  block.erase(from, from + static_cast<std::ptrdiff_t>(added));
  return block;
}

/// Leaves aside what may differ: the two lengths of a packet block, the length of a section.
Bytes without_lengths(Bytes block, std::uint32_t type) {
  if (type == kSectionHeader) {
    std::fill_n(block.begin() + 16, 8, std::uint8_t{0xff});
  } else {
    std::fill_n(block.begin() + 4, 4, std::uint8_t{0});
    std::fill_n(block.end() - 4, 4, std::uint8_t{0});
  }
  return block;
}

void require_same_blocks(const File& input, const File& output) {
  STATEWALL_REQUIRE(input.blocks.blocks.size() == output.blocks.blocks.size());
  std::uint64_t frame = 0;
  for (std::size_t i = 0; i < input.blocks.blocks.size(); ++i) {
    const Bytes& old = input.blocks.blocks[i];
    const Bytes& now = output.blocks.blocks[i];
    const std::uint32_t type = input.blocks.heads[i].type;
    const bool packet = type == kEnhancedPacket || type == kObsoletePacket || type == kSimplePacket;
    if (packet) ++frame;
    if (type == kSimplePacket) {
      STATEWALL_REQUIRE(output.blocks.heads[i].type == kEnhancedPacket);
    } else if (packet) {
      const std::size_t size = comment_of(frame).size();
      const Bytes rest = without_comment(now, output.blocks.heads[i], old.size(), size);
      STATEWALL_REQUIRE(without_lengths(rest, type) == without_lengths(old, type));
    } else if (type == kSectionHeader) {
      STATEWALL_REQUIRE(now == without_lengths(old, type));
    } else {
      STATEWALL_REQUIRE(now == old);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  const std::optional<File> input = read(bytes);
  if (!input) return 0;
  const Bytes written = annotate(bytes, *input);
  const std::optional<File> output = read(written);
  STATEWALL_REQUIRE(output && !output->damaged);
  require_same_frames(*input, *output);
  if (!input->blocks.pcap) require_same_blocks(*input, *output);
  return 0;
}
