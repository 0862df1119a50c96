#include "capture/record_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace statewall {

Result<CaptureReader::Next> RecordReader::next(Frame& frame) {
  if (failure_) return *failure_;
  Result<Next> result = read(frame);
  if (!result) failure_ = result.error();
  return result;
}

Result<RecordReader::Bytes> RecordReader::take(std::size_t size, std::string_view part,
                                               std::size_t before) {
  const Bytes bytes = input_->take(size);
  if (bytes.size() < size) return cut(bytes.size() - before, size - before, part);
  return bytes;
}

Result<RecordReader::Bytes> RecordReader::peek(std::size_t size, std::string_view part,
                                               std::size_t before) {
  const Bytes bytes = input_->peek(size);
  if (bytes.size() < size) return cut(bytes.size() - before, size - before, part);
  return bytes;
}

std::optional<Error> RecordReader::skip(std::size_t size, std::string_view part) {
  const std::uint64_t skipped = input_->skip(size);
  if (skipped < size) return cut(skipped, size, part);
  return std::nullopt;
}

Error RecordReader::error(std::string message) const {
  std::string where = input_->name();
  if (place_ == Place::frame) where += fmt::format(": frame {} at byte {}", frames_ + 1, start_);
  if (place_ == Place::block) where += fmt::format(": block at byte {}", start_);
  return {ErrorKind::input, std::move(where), std::move(message)};
}

void RecordReader::fill(Frame& frame, Bytes bytes, std::uint32_t original_length, LinkType link) {
  frame.bytes = bytes;
  // Some files hold more of a frame than they say was on the wire. tcpdump and Wireshark remark on
  // it and read on; the bytes are there, so the frame was no shorter than they are.
  frame.original_length = std::max<std::size_t>(original_length, bytes.size());
  frame.link = link;
  frame.number = ++frames_;
  frame.position = start_;
  frame.interface.reset();
  frame.interface_name = {};
  frame.comments = {};
}

std::optional<Error> RecordReader::check_captured(std::uint32_t captured) const {
  if (captured <= kMaxCapturedLength) return std::nullopt;
  return error(fmt::format("claims {} captured bytes, more than the {} that a frame may have",
                           captured, kMaxCapturedLength));
}

Error RecordReader::cut(std::uint64_t present, std::uint64_t size, std::string_view part) const {
  if (input_->failure()) return *input_->failure();
  return error(fmt::format("cut in {}: {} of {} bytes are there", part, present, size));
}

}  // namespace statewall
