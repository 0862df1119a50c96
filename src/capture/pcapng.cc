#include "capture/pcapng.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/comments.h"
#include "capture/fields.h"
#include "capture/options.h"
#include "capture/pcapng_format.h"
#include "capture/record_observer.h"
#include "capture/record_reader.h"
#include "capture/time_unit.h"

namespace statewall {
namespace {

// A bound for what a file can make the reader hold; blocks that it reads have one, too.
constexpr std::size_t kMaxInterfaces = 65536;

struct Interface {
  LinkType link = LinkType::ethernet;
  std::uint32_t snap_length = 0;  // 0: none
  TimeUnit unit;
  std::string name;
};

class PcapngReader final : public RecordReader {
 public:
  explicit PcapngReader(std::unique_ptr<Input> input) : RecordReader(std::move(input)) {}

  // What became of a block.
  enum class Block { passed, frame, end };

  Result<Block> read_block(Frame& frame);

  void observe(RecordObserver& observer) override {
    observer_ = &observer;
    observer.block(block_);
  }

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

  bool read(Frame& frame) override;
  std::optional<Error> find_byte_order();
  Result<std::uint32_t> read_length(Bytes header, const Kind& kind);
  std::optional<Error> skip_block(std::uint32_t length);
  std::optional<Error> check_trailer(Bytes trailer, std::uint32_t length) const;

  Result<Block> read_section(const Fields& body, Frame&);
  Result<Block> read_interface(const Fields& body, Frame&);
  Result<Block> read_enhanced_packet(const Fields& body, Frame& frame);
  Result<Block> read_simple_packet(const Fields& body, Frame& frame);
  Result<Block> read_obsolete_packet(const Fields& body, Frame& frame);

  std::optional<Error> read_options(const Fields& options, Interface& interface) const;
  std::optional<Error> check_index(std::uint32_t index) const;
  Result<Block> read_timed_packet(const Fields& body, std::uint32_t index, Frame& frame);
  Result<Block> deliver(const Fields& body, std::size_t data, std::uint32_t captured,
                        std::uint32_t original, std::uint32_t index, Frame& frame);

  ByteOrder order_ = ByteOrder::little;   // of the section under way
  std::vector<Interface> interfaces_;     // of the section under way
  std::uint64_t earlier_interfaces_ = 0;  // of the sections before
  PcapngBlock block_;                     // under way, if it is held whole
  RecordObserver* observer_ = nullptr;
};

constexpr PcapngReader::Kind PcapngReader::kKinds[] = {
    {kSectionHeader, 28, "a section header", Place::block, &PcapngReader::read_section},
    {kInterface, 20, "an interface description", Place::block, &PcapngReader::read_interface},
    {kObsoletePacket, 32, "a packet block", Place::frame, &PcapngReader::read_obsolete_packet},
    {kSimplePacket, 16, "a simple packet block", Place::frame, &PcapngReader::read_simple_packet},
    {kEnhancedPacket, 32, "an enhanced packet block", Place::frame,
     &PcapngReader::read_enhanced_packet},
    {0, 12, "a block", Place::block, nullptr},  // any other type
};

const PcapngReader::Kind& PcapngReader::kind_of(std::uint32_t type) {
  const Kind* other = std::end(kKinds) - 1;
  return *std::find_if(std::begin(kKinds), other, [&](const Kind& k) { return k.type == type; });
}

bool PcapngReader::read(Frame& frame) {
  for (;;) {
    const Result<Block> block = read_block(frame);
    if (!block) return fail(block.error());
    if (*block == Block::frame) return true;
    if (*block == Block::end) return false;
  }
}

Result<PcapngReader::Block> PcapngReader::read_block(Frame& frame) {
  begin(Place::block);
  if (at_end()) return Block::end;
  Result<Bytes> header = peek(kBlockHeaderSize, "its header");
  if (!header) return header.error();
  if (Fields(order_, *header).u32(0) == kSectionHeader) {
    if (const auto error = find_byte_order()) return *error;
    header = peek(kBlockHeaderSize, "its header");  // it may have moved
  }
  const std::uint32_t type = Fields(order_, *header).u32(0);
  const Kind& kind = kind_of(type);
  set_place(kind.place);
  const Result<std::uint32_t> length = read_length(*header, kind);
  if (!length) return length.error();
  if (kind.read == nullptr && observer_ == nullptr) {
    if (const auto error = skip_block(*length)) return *error;
    return Block::passed;
  }

  const Result<Bytes> bytes = take(*length, "its body", kBlockHeaderSize);
  if (!bytes) return bytes.error();
  if (const auto error = check_trailer(bytes->last(kBlockTrailerSize), *length)) return *error;
  block_ = {type, order_, *bytes};
  const std::size_t body = *length - kBlockHeaderSize - kBlockTrailerSize;
  const Fields fields(order_, bytes->subspan(kBlockHeaderSize, body));
  Result<Block> result = kind.read != nullptr ? (this->*kind.read)(fields, frame) : Block::passed;
  if (result && *result == Block::passed && observer_ != nullptr) observer_->block(block_);
  return result;
}

std::optional<Error> PcapngReader::skip_block(std::uint32_t length) {
  const std::size_t body = length - kBlockHeaderSize - kBlockTrailerSize;
  if (const Result<Bytes> header = take(kBlockHeaderSize, "its header"); !header) {
    return header.error();
  }
  if (const auto error = skip(body, "its body")) return *error;
  const Result<Bytes> trailer = take(kBlockTrailerSize, "its trailer");
  if (!trailer) return trailer.error();
  return check_trailer(*trailer, length);
}

std::optional<Error> PcapngReader::find_byte_order() {
  const Result<Bytes> bytes = peek(kBlockHeaderSize + 4, "its byte-order magic", kBlockHeaderSize);
  if (!bytes) return bytes.error();
  const std::uint32_t magic = Fields(ByteOrder::big, *bytes).u32(kBlockHeaderSize);
  if (magic == kByteOrderMagic) {
    order_ = ByteOrder::big;
  } else if (Fields(ByteOrder::little, *bytes).u32(kBlockHeaderSize) == kByteOrderMagic) {
    order_ = ByteOrder::little;
  } else {
    return error(fmt::format("0x{:08x} is not a byte-order magic (0x{:08x} in either order)", magic,
                             kByteOrderMagic));
  }
  return std::nullopt;
}

Result<std::uint32_t> PcapngReader::read_length(Bytes header, const Kind& kind) {
  const std::uint32_t length = Fields(order_, header).u32(4);
  if (length % 4 != 0) return error(fmt::format("its length {} is not a multiple of 4", length));
  if (length < kind.least) {
    return error(fmt::format("its length {} is too small for {}, which has at least {} bytes",
                             length, kind.name, kind.least));
  }
  const bool held = kind.read != nullptr || observer_ != nullptr;
  if (held && length > kMaxBlockLength) {
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
  earlier_interfaces_ += interfaces_.size();
  interfaces_.clear();
  return Block::passed;
}

// link_type:2 reserved:2 snap_length:4 options
Result<PcapngReader::Block> PcapngReader::read_interface(const Fields& body, Frame&) {
  if (interfaces_.size() == kMaxInterfaces) {
    return error(fmt::format("the section describes more than {} interfaces", kMaxInterfaces));
  }
  Interface interface { static_cast<LinkType>(body.u16(0)), body.u32(4), TimeUnit(), "" };
  const Fields options(order_, body.bytes().subspan(8));
  if (const auto error = read_options(options, interface)) return *error;
  interfaces_.push_back(std::move(interface));
  return Block::passed;
}

std::optional<Error> PcapngReader::read_options(const Fields& options, Interface& interface) const {
  constexpr std::uint16_t kName = 2;
  constexpr std::uint16_t kResolution = 9;
  constexpr std::uint16_t kOffset = 14;

  std::uint8_t resolution = 6;
  std::uint64_t offset = 0;
  OptionWalk walk(options);
  while (const auto option = walk.next()) {
    const auto [code, value] = *option;
    const std::size_t length = value.size();
    const std::size_t proper = code == kResolution ? 1 : code == kOffset ? 8 : length;
    if (length != proper) {
      return error(fmt::format("its option {} has {} bytes instead of {}", code, length, proper));
    }
    if (code == kResolution) resolution = value[0];
    if (code == kOffset) offset = Fields(order_, value).u64(0);
    if (code == kName) interface.name.assign(value.begin(), value.end());
  }
  if (walk.cut()) {
    return error(fmt::format("its option {} claims {} bytes, but {} follow", walk.code(),
                             walk.length(), walk.left_in_option()));
  }
  interface.unit = TimeUnit(resolution, static_cast<std::int64_t>(offset));
  return std::nullopt;
}

std::optional<Error> PcapngReader::check_index(std::uint32_t index) const {
  if (index < interfaces_.size()) return std::nullopt;
  return error(fmt::format("names interface {}, but the section describes {} before it", index,
                           interfaces_.size()));
}

// interface:4 time_high:4 time_low:4 captured:4 original:4 data options
Result<PcapngReader::Block> PcapngReader::read_enhanced_packet(const Fields& body, Frame& frame) {
  return read_timed_packet(body, body.u32(0), frame);
}

// interface:2 drops:2 time_high:4 time_low:4 captured:4 original:4 data options
Result<PcapngReader::Block> PcapngReader::read_obsolete_packet(const Fields& body, Frame& frame) {
  return read_timed_packet(body, body.u16(0), frame);
}

Result<PcapngReader::Block> PcapngReader::read_timed_packet(const Fields& body, std::uint32_t index,
                                                            Frame& frame) {
  if (const auto error = check_index(index)) return *error;
  const std::uint64_t ticks = std::uint64_t{body.u32(4)} << 32 | body.u32(8);
  frame.time = interfaces_[index].unit.time(ticks);
  const std::uint32_t captured = body.u32(12);
  Result<Block> result = deliver(body, 20, captured, body.u32(16), index, frame);
  if (result)
    frame.comments = Comments(Fields(order_, body.bytes().subspan(20 + padded(captured))));
  return result;
}

// original:4 data; the interface is the first, and what was captured follows from its snap length
Result<PcapngReader::Block> PcapngReader::read_simple_packet(const Fields& body, Frame& frame) {
  if (const auto error = check_index(0)) return *error;
  const std::uint32_t original = body.u32(0);
  const std::uint32_t snap_length = interfaces_[0].snap_length;
  const std::uint32_t captured = snap_length == 0 ? original : std::min(original, snap_length);
  frame.time = 0;
  return deliver(body, 4, captured, original, 0, frame);
}

Result<PcapngReader::Block> PcapngReader::deliver(const Fields& body, std::size_t data,
                                                  std::uint32_t captured, std::uint32_t original,
                                                  std::uint32_t index, Frame& frame) {
  if (const auto too_long = check_captured(captured)) return *too_long;
  const Bytes present = body.bytes().subspan(data);
  if (captured > present.size()) {
    return error(
        fmt::format("claims {} captured bytes, but its block holds {}", captured, present.size()));
  }
  fill(frame, present.first(captured), original, interfaces_[index].link);
  frame.interface = earlier_interfaces_ + index;
  frame.interface_name = interfaces_[index].name;
  if (observer_ != nullptr) {
    observer_->packet({block_, kBlockHeaderSize + data, captured, original});
  }
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
