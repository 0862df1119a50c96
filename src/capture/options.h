#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "capture/fields.h"

// The options behind a pcapng block's own fields:
//
//   options := option* end?
//   option  := code:2 length:2 value, padded to 4
//   end     := 0:2 0:2

namespace statewall {

inline constexpr std::uint16_t kOptionEnd = 0;
inline constexpr std::uint16_t kOptionComment = 1;

/// The next multiple of 4.
constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

struct Option {
  std::uint16_t code = kOptionEnd;
  std::span<const std::uint8_t> value;
};

/// Walks over options, which may be any bytes. A view: the bytes must outlive it.
class OptionWalk {
 public:
  explicit OptionWalk(Fields options) : options_(options) {}

  /// The next option. None where they end, and where one claims more bytes than follow.
  std::optional<Option> next() {
    if (left() < kHeaderSize || code() == kOptionEnd || cut()) return std::nullopt;
    const Option option{code(), options_.bytes().subspan(at_ + kHeaderSize, length())};
    at_ += kHeaderSize + padded(length());
    return option;
  }

  /// Where `next` goes on: once it gave none, behind the last option that is whole.
  std::size_t position() const { return at_; }

  /// Does `opt_endofopt` stand at the position?
  bool at_mark() const { return left() >= kHeaderSize && code() == kOptionEnd; }

  /// Does an option begin at the position that claims more bytes than `left_in_option`?
  bool cut() const { return left() >= kHeaderSize && length() > left() - kHeaderSize; }

  /// Of the option at the position. REQUIRES: it has its four bytes, as one that is `cut` has.
  std::uint16_t code() const { return options_.u16(at_); }
  std::size_t length() const { return options_.u16(at_ + 2); }
  std::size_t left_in_option() const { return left() - kHeaderSize; }

 private:
  static constexpr std::size_t kHeaderSize = 4;

  // The last value may lack its padding.
  std::size_t left() const {
    return at_ < options_.bytes().size() ? options_.bytes().size() - at_ : 0;
  }

  Fields options_;
  std::size_t at_ = 0;
};

}  // namespace statewall
