#include "capture/annotator.h"

#include <limits>
#include <optional>
#include <string>

#include "capture/options.h"
#include "capture/pcapng_format.h"
#include "capture/pcapng_writer.h"
#include "capture/record_observer.h"

namespace statewall {
namespace {

constexpr std::size_t kSectionLength = 16;  // its offset in a section header
constexpr std::size_t kMaxComment = 65535;
constexpr std::size_t kOptionOverhead = 8;  // code, length, and the mark that ends options
constexpr std::uint64_t kNotSpecified = std::numeric_limits<std::uint64_t>::max();

class Annotator final : public RecordObserver {
 public:
  explicit Annotator(const ByteSink& sink) : sink_(sink) {}

  void file(const PcapFile& file) override;
  void record(const PcapRecord& record) override { record_ = record; }
  void block(const PcapngBlock& block) override;
  void packet(const PcapngPacket& packet) override { packet_ = packet; }

  /// Writes the frame that the reader gave last.
  void write(std::string_view comment);

  /// Did the sink take all?
  bool written() const { return written_; }

 private:
  void add_comment(std::string_view comment);
  void write_enhanced_packet(ByteOrder order, std::uint64_t ticks, std::uint32_t original,
                             std::span<const std::uint8_t> data, std::string_view comment);
  void send(std::span<const std::uint8_t> bytes) { written_ = written_ && sink_(bytes); }

  const ByteSink& sink_;
  bool written_ = true;
  BlockWriter out_;
  std::optional<PcapFile> file_;  // none: pcapng
  PcapRecord record_;             // of the last frame, of either kind
  PcapngPacket packet_;
};

void Annotator::file(const PcapFile& file) {
  constexpr std::uint16_t kProgram = 4;  // shb_userappl
  constexpr std::uint16_t kResolution = 9;
  constexpr std::uint16_t kCheckSequence = 13;  // if_fcslen, in bits

  file_ = file;
  out_.begin(file.order, kSectionHeader);
  out_.u32(kByteOrderMagic).u16(1).u16(0).u64(kNotSpecified);
  out_.option(kProgram, "Statewall").end_of_options();
  send(out_.finish());

  const auto byte = [](std::uint8_t value) { return std::string(1, static_cast<char>(value)); };
  out_.begin(file.order, kInterface);
  out_.u16(file.link).u16(0).u32(file.snap_length);
  out_.option(kResolution, byte(file.resolution));
  if (file.check_sequence_bits) out_.option(kCheckSequence, byte(*file.check_sequence_bits));
  out_.end_of_options();
  send(out_.finish());
}

void Annotator::block(const PcapngBlock& block) {
  if (block.type != kSectionHeader) return send(block.bytes);
  out_.begin(block.order, block.bytes.first(block.bytes.size() - kBlockTrailerSize));
  out_.replace_u64(kSectionLength, kNotSpecified);
  send(out_.finish());
}

void Annotator::write(std::string_view comment) {
  comment = comment.substr(0, kMaxComment);
  if (file_) {
    write_enhanced_packet(file_->order, record_.ticks, record_.original, record_.data, comment);
  } else if (packet_.type == kSimplePacket) {
    const auto data = packet_.bytes.subspan(packet_.data, packet_.captured);
    write_enhanced_packet(packet_.order, 0, packet_.original, data, comment);
  } else {
    add_comment(comment);
  }
}

/// Behind the last option that is whole: nobody reads what may follow. What does follow is kept.
void Annotator::add_comment(std::string_view comment) {
  const auto block = packet_.bytes.first(packet_.bytes.size() - kBlockTrailerSize);
  const std::size_t options = packet_.data + padded(packet_.captured);
  OptionWalk walk(Fields(packet_.order, block.subspan(options)));
  while (walk.next()) {
  }
  const std::size_t room = kMaxBlockLength - packet_.bytes.size();
  if (room < kOptionOverhead) return send(packet_.bytes);
  comment = comment.substr(0, room - kOptionOverhead);
  const std::size_t place = options + walk.position();
  out_.begin(packet_.order, block.first(place));
  out_.option(kOptionComment, comment);
  if (!walk.at_mark()) out_.end_of_options();
  send(out_.raw(block.subspan(place)).finish());
}

void Annotator::write_enhanced_packet(ByteOrder order, std::uint64_t ticks, std::uint32_t original,
                                      std::span<const std::uint8_t> data,
                                      std::string_view comment) {
  constexpr std::uint32_t kFirstInterface = 0;
  out_.begin(order, kEnhancedPacket);
  out_.u32(kFirstInterface).u32(ticks >> 32).u32(ticks).u32(data.size()).u32(original);
  out_.raw(data).pad().option(kOptionComment, comment).end_of_options();
  send(out_.finish());
}

}  // namespace

Annotated annotate(CaptureReader& reader, const CommentOf& comment_of, const ByteSink& sink) {
  Annotated result;
  Annotator annotator(sink);
  reader.observe(annotator);
  Frame frame;
  while (annotator.written()) {
    const auto next = reader.next(frame);
    if (!next) result.error = next.error();
    if (!next || *next == CaptureReader::Next::end) break;
    annotator.write(comment_of(frame));
    if (annotator.written()) ++result.frames;
  }
  result.written = annotator.written();
  return result;
}

}  // namespace statewall
