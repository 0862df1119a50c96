#include "capture/pcapng.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "capture/fields.h"
#include "capture/record_reader.h"
#include "capture/time_unit.h"

namespace statewall {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

// Type and length before a block's body, the length again behind it.
constexpr std::size_t kHeaderSize = 8;
constexpr std::size_t kTrailerSize = 4;

// Bounds for what a file can make the reader hold. Blocks that are skipped may have any length.
constexpr std::uint32_t kMaxBlockLength = 16 * 1024 * 1024;
constexpr std::size_t kMaxInterfaces = 65536;

struct Interface {
  LinkType link = LinkType::ethernet;
  std::uint32_t snap_length = 0;  // 0: none
  TimeUnit unit;
};

class PcapngReader final : public RecordReader {
 public:
  explicit PcapngReader(std::unique_ptr<Input> input) : RecordReader(std::move(input)) {}

  // What became of a block.
  enum class Block { passed, frame, end };

  Result<Block> read_block(Frame& frame);

 private:
  struct Kind {
    std::uint32_t type;
    std::uint32_t least;  // length of the whole block
    std::string_view name;
    Place place;
    Result<Block> (PcapngReader::*read)(const Fields& body, Frame& frame);  // null: skipped
  };
  static const Kind kKinds[];
  static const Kind& kind_of(std::uint32_t type);

  Result<Next> read(Frame& frame) override;
  Result<std::uint32_t> read_length(Bytes raw, const Kind& kind);
  std::optional<Error> find_byte_order();
  std::optional<Error> check_trailer(Bytes trailer, std::uint32_t length) const;

  Result<Block> read_section(const Fields& body, Frame&);
  Result<Block> read_interface(const Fields& body, Frame&);
  Result<Block> read_enhanced_packet(const Fields& body, Frame& frame);
  Result<Block> read_simple_packet(const Fields& body, Frame& frame);
  Result<Block> read_obsolete_packet(const Fields& body, Frame& frame);

  Result<TimeUnit> read_time_unit(const Fields& body, std::size_t options) const;
  Result<const Interface*> find_interface(std::uint32_t index) const;
  Result<Block> deliver(const Fields& body, std::size_t data, std::uint32_t captured,
                        std::uint32_t original, LinkType link, Frame& frame);

  ByteOrder order_ = ByteOrder::little;  // of the section under way
  std::vector<Interface> interfaces_;    // of the section under way
};

constexpr PcapngReader::Kind PcapngReader::kKinds[] = {
    {kSectionHeader, 28, "a section header", Place::block, &PcapngReader::read_section},
    {1, 20, "an interface description", Place::block, &PcapngReader::read_interface},
    {2, 32, "a packet block", Place::frame, &PcapngReader::read_obsolete_packet},
    {3, 16, "a simple packet block", Place::frame, &PcapngReader::read_simple_packet},
    {6, 32, "an enhanced packet block", Place::frame, &PcapngReader::read_enhanced_packet},
    {0, 12, "a block", Place::block, nullptr},  // any other type
};

const PcapngReader::Kind& PcapngReader::kind_of(std::uint32_t type) {
  const Kind* other = std::end(kKinds) - 1;
  return *std::find_if(std::begin(kKinds), other, [&](const Kind& k) { return k.type == type; });
}

Result<CaptureReader::Next> PcapngReader::read(Frame& frame) {
  for (;;) {
    const Result<Block> block = read_block(frame);
    if (!block) return block.error();
    if (*block == Block::frame) return Next::frame;
    if (*block == Block::end) return Next::end;
  }
}

Result<PcapngReader::Block> PcapngReader::read_block(Frame& frame) {
  begin(Place::block);
  if (at_end()) return Block::end;
  const Result<Bytes> header = take(kHeaderSize, "its header");
  if (!header) return header.error();
  std::array<std::uint8_t, kHeaderSize> raw{};
  std::copy(header->begin(), header->end(), raw.begin());
  if (Fields(order_, raw).u32(0) == kSectionHeader) {
    if (const auto error = find_byte_order()) return *error;
  }

  const Kind& kind = kind_of(Fields(order_, raw).u32(0));
  set_place(kind.place);
  const Result<std::uint32_t> length = read_length(raw, kind);
  if (!length) return length.error();
  const std::size_t rest = *length - kHeaderSize;
  if (kind.read == nullptr) {
    if (const auto error = skip(rest - kTrailerSize, "its body")) return *error;
    const Result<Bytes> trailer = take(kTrailerSize, "its trailer");
    if (!trailer) return trailer.error();
    if (const auto error = check_trailer(*trailer, *length)) return *error;
    return Block::passed;
  }
  const Result<Bytes> bytes = take(rest, "its body");
  if (!bytes) return bytes.error();
  if (const auto error = check_trailer(bytes->last(kTrailerSize), *length)) return *error;
  return (this->*kind.read)(Fields(order_, bytes->first(rest - kTrailerSize)), frame);
}

std::optional<Error> PcapngReader::find_byte_order() {
  const Bytes bytes = input().peek(4);
  if (bytes.size() < 4) return take(4, "its byte-order magic").error();
  const std::uint32_t magic = Fields(ByteOrder::big, bytes).u32(0);
  if (magic == kByteOrderMagic) {
    order_ = ByteOrder::big;
  } else if (Fields(ByteOrder::little, bytes).u32(0) == kByteOrderMagic) {
    order_ = ByteOrder::little;
  } else {
    return error(fmt::format("0x{:08x} is not a byte-order magic (0x{:08x} in either order)", magic,
                             kByteOrderMagic));
  }
  return std::nullopt;
}

Result<std::uint32_t> PcapngReader::read_length(Bytes raw, const Kind& kind) {
  const std::uint32_t length = Fields(order_, raw).u32(4);
  if (length % 4 != 0) return error(fmt::format("its length {} is not a multiple of 4", length));
  if (length < kind.least) {
    return error(fmt::format("its length {} is too small for {}, which has at least {} bytes",
                             length, kind.name, kind.least));
  }
  if (kind.read != nullptr && length > kMaxBlockLength) {
    return error(fmt::format("its length {} is more than the {} that {} may have", length,
                             kMaxBlockLength, kind.name));
  }
  return length;
}

std::optional<Error> PcapngReader::check_trailer(Bytes trailer, std::uint32_t length) const {
  const std::uint32_t again = Fields(order_, trailer).u32(0);
  if (again == length) return std::nullopt;
  return error(fmt::format("its length is {} at its start and {} at its end", length, again));
}

// byte_order_magic:4 major:2 minor:2 section_length:8 options
Result<PcapngReader::Block> PcapngReader::read_section(const Fields& body, Frame&) {
  const std::uint16_t major = body.u16(4);
  const std::uint16_t minor = body.u16(6);
  // 1.2 was written by mistake for 1.0, and the draft has it read as that.
  if (major != 1 || (minor != 0 && minor != 2)) {
    return error(fmt::format("pcapng version {}.{} is not known", major, minor));
  }
  interfaces_.clear();
  return Block::passed;
}

// link_type:2 reserved:2 snap_length:4 options
Result<PcapngReader::Block> PcapngReader::read_interface(const Fields& body, Frame&) {
  if (interfaces_.size() == kMaxInterfaces) {
    return error(fmt::format("the section describes more than {} interfaces", kMaxInterfaces));
  }
  const Result<TimeUnit> unit = read_time_unit(body, 8);
  if (!unit) return unit.error();
  interfaces_.push_back({static_cast<LinkType>(body.u16(0)), body.u32(4), *unit});
  return Block::passed;
}

// Options are code:2 length:2 value, padded to 4; code 0 ends them.
Result<TimeUnit> PcapngReader::read_time_unit(const Fields& body, std::size_t options) const {
  constexpr std::uint16_t kEnd = 0;
  constexpr std::uint16_t kResolution = 9;
  constexpr std::uint16_t kOffset = 14;

  std::uint8_t resolution = 6;
  std::uint64_t offset = 0;
  const std::size_t end = body.bytes().size();
  for (std::size_t at = options; at < end;) {
    const std::uint16_t code = body.u16(at);
    const std::size_t length = body.u16(at + 2);
    at += 4;
    if (code == kEnd) break;
    if (length > end - at) {
      return error(
          fmt::format("its option {} claims {} bytes, but {} follow", code, length, end - at));
    }
    const std::size_t proper = code == kResolution ? 1 : code == kOffset ? 8 : length;
    if (length != proper) {
      return error(fmt::format("its option {} has {} bytes instead of {}", code, length, proper));
    }
    if (code == kResolution) resolution = body.bytes()[at];
    if (code == kOffset) offset = body.u64(at);
    at += (length + 3) / 4 * 4;
  }
  return TimeUnit(resolution, static_cast<std::int64_t>(offset));
}

Result<const Interface*> PcapngReader::find_interface(std::uint32_t index) const {
  if (index < interfaces_.size()) return &interfaces_[index];
  return error(fmt::format("names interface {}, but the section describes {} before it", index,
                           interfaces_.size()));
}

// interface:4 time_high:4 time_low:4 captured:4 original:4 data options
Result<PcapngReader::Block> PcapngReader::read_enhanced_packet(const Fields& body, Frame& frame) {
  const auto interface = find_interface(body.u32(0));
  if (!interface) return interface.error();
  const std::uint64_t ticks = std::uint64_t{body.u32(4)} << 32 | body.u32(8);
  frame.time = (*interface)->unit.time(ticks);
  return deliver(body, 20, body.u32(12), body.u32(16), (*interface)->link, frame);
}

// original:4 data; the interface is the first, and what was captured follows from its snap length
Result<PcapngReader::Block> PcapngReader::read_simple_packet(const Fields& body, Frame& frame) {
  const auto interface = find_interface(0);
  if (!interface) return interface.error();
  const std::uint32_t original = body.u32(0);
  const std::uint32_t snap_length = (*interface)->snap_length;
  const std::uint32_t captured = snap_length == 0 ? original : std::min(original, snap_length);
  frame.time = 0;
  return deliver(body, 4, captured, original, (*interface)->link, frame);
}

// interface:2 drops:2 time_high:4 time_low:4 captured:4 original:4 data options
Result<PcapngReader::Block> PcapngReader::read_obsolete_packet(const Fields& body, Frame& frame) {
  const auto interface = find_interface(body.u16(0));
  if (!interface) return interface.error();
  const std::uint64_t ticks = std::uint64_t{body.u32(4)} << 32 | body.u32(8);
  frame.time = (*interface)->unit.time(ticks);
  return deliver(body, 20, body.u32(12), body.u32(16), (*interface)->link, frame);
}

Result<PcapngReader::Block> PcapngReader::deliver(const Fields& body, std::size_t data,
                                                  std::uint32_t captured, std::uint32_t original,
                                                  LinkType link, Frame& frame) {
  if (const auto too_long = check_captured(captured)) return *too_long;
  const Bytes present = body.bytes().subspan(data);
  if (captured > present.size()) {
    return error(
        fmt::format("claims {} captured bytes, but its block holds {}", captured, present.size()));
  }
  fill(frame, present.first(captured), original, link);
  return Block::frame;
}

}  // namespace

bool is_pcapng(std::span<const std::uint8_t> head) {
  return head.size() >= 4 && Fields(ByteOrder::big, head).u32(0) == kSectionHeader;
}

Result<std::unique_ptr<CaptureReader>> open_pcapng(std::unique_ptr<Input> input) {
  auto reader = std::make_unique<PcapngReader>(std::move(input));
  Frame none;
  if (const auto section = reader->read_block(none); !section) return section.error();
  return std::unique_ptr<CaptureReader>(std::move(reader));
}

}  // namespace statewall
