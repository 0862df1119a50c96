#include "capture/pcapng_writer.h"

#include "capture/options.h"
#include "capture/pcapng_format.h"

namespace statewall {

void BlockWriter::begin(ByteOrder order, std::uint32_t type) {
  begin(order, std::span<const std::uint8_t>{});
  u32(type).u32(0);
}

void BlockWriter::begin(ByteOrder order, std::span<const std::uint8_t> bytes) {
  order_ = order;
  bytes_.assign(bytes.begin(), bytes.end());
}

BlockWriter& BlockWriter::raw(std::span<const std::uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return *this;
}

BlockWriter& BlockWriter::pad() {
  bytes_.resize(padded(bytes_.size()));
  return *this;
}

BlockWriter& BlockWriter::option(std::uint16_t code, std::string_view value) {
  u16(code).u16(value.size());
  bytes_.insert(bytes_.end(), value.begin(), value.end());
  return pad();
}

BlockWriter& BlockWriter::end_of_options() { return u16(kOptionEnd).u16(0); }

void BlockWriter::replace_u64(std::size_t offset, std::uint64_t value) { put(offset, value, 8); }

std::size_t BlockWriter::length() const { return bytes_.size() + kBlockTrailerSize; }

std::span<const std::uint8_t> BlockWriter::finish() {
  put(4, length(), 4);
  u32(length());
  return bytes_;
}

BlockWriter& BlockWriter::number(std::uint64_t value, std::size_t size) {
  bytes_.resize(bytes_.size() + size);
  put(bytes_.size() - size, value, size);
  return *this;
}

void BlockWriter::put(std::size_t offset, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t byte = order_ == ByteOrder::little ? i : size - 1 - i;
    bytes_[offset + i] = static_cast<std::uint8_t>(value >> (8 * byte));
  }
}

}  // namespace statewall
