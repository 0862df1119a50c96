#include "capture/record_reader.h"

#include <fmt/format.h>

#include <utility>

namespace statewall {

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

Error RecordReader::too_long(std::uint32_t captured) const {
  return error(fmt::format("claims {} captured bytes, more than the {} that a frame may have",
                           captured, kMaxCapturedLength));
}

Error RecordReader::cut(std::uint64_t present, std::uint64_t size, std::string_view part) const {
  if (input_->failure()) return *input_->failure();
  return error(fmt::format("cut in {}: {} of {} bytes are there", part, present, size));
}

}  // namespace statewall
