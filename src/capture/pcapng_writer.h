#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "capture/fields.h"

namespace statewall {

/// Puts pcapng blocks together, one after the other, in one byte order each. Its memory is that of
/// the largest block so far.
class BlockWriter {
 public:
  /// Begins a block, and throws away the one before.
  void begin(ByteOrder order, std::uint32_t type);
  /// Begins with bytes as they are, which may be those of a whole block without its trailer.
  void begin(ByteOrder order, std::span<const std::uint8_t> bytes);

  BlockWriter& u16(std::uint64_t value) { return number(value, 2); }
  BlockWriter& u32(std::uint64_t value) { return number(value, 4); }
  BlockWriter& u64(std::uint64_t value) { return number(value, 8); }
  BlockWriter& raw(std::span<const std::uint8_t> bytes);

  /// Zeros up to the next multiple of 4.
  BlockWriter& pad();

  /// REQUIRES: `value` has at most 65535 bytes; the block is padded.
  BlockWriter& option(std::uint16_t code, std::string_view value);
  BlockWriter& end_of_options();

  /// Overwrites eight bytes that are there.
  void replace_u64(std::size_t offset, std::uint64_t value);

  /// How long the block is with its trailer, were it to end here.
  std::size_t length() const;

  /// Ends the block: sets its two lengths. Valid until the next `begin`.
  /// REQUIRES: it is padded, and no longer than 32 bits can tell.
  std::span<const std::uint8_t> finish();

 private:
  BlockWriter& number(std::uint64_t value, std::size_t size);
  void put(std::size_t offset, std::uint64_t value, std::size_t size);

  ByteOrder order_ = ByteOrder::little;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace statewall
