#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "statewall/address.h"

namespace statewall {

/// Writes text into memory of a fixed size; what does not fit is left out.
class TextWriter {
 public:
  std::string_view text() const { return {buffer_.data(), size_}; }
  void clear() { size_ = 0; }

  TextWriter& operator<<(std::string_view text) {
    const std::size_t count = std::min(text.size(), buffer_.size() - size_);
    std::copy_n(text.begin(), count, buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += count;
    return *this;
  }

  TextWriter& decimal(std::uint64_t value) { return number(value, 10, 1); }
  /// At least `digits` digits.
  TextWriter& hex(std::uint64_t value, std::size_t digits = 1) { return number(value, 16, digits); }
  TextWriter& hex_upper(std::uint64_t value, std::size_t digits) {
    const std::size_t begin = size_;
    number(value, 16, digits);
    for (std::size_t i = begin; i < size_; ++i) {
      if (buffer_[i] >= 'a' && buffer_[i] <= 'f') buffer_[i] = static_cast<char>(buffer_[i] - 32);
    }
    return *this;
  }

  /// Dotted decimal; of IPv6 all eight groups with all their digits, as kernels log it.
  TextWriter& address(const Address& address, Family family) {
    if (family == Family::ipv6) {
      for (std::size_t i = 0; i < 16; i += 2) {
        if (i > 0) *this << ":";
        hex(static_cast<std::uint64_t>(address.bytes[i] << 8 | address.bytes[i + 1]), 4);
      }
      return *this;
    }
    for (std::size_t i = 0; i < 4; ++i) {
      if (i > 0) *this << ".";
      decimal(address.bytes[i]);
    }
    return *this;
  }

 private:
  TextWriter& number(std::uint64_t value, int base, std::size_t digits) {
    std::array<char, 24> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, base).ptr;
    const std::string_view written(text.data(), static_cast<std::size_t>(end - text.data()));
    for (std::size_t i = written.size(); i < digits; ++i) *this << "0";
    return *this << written;
  }

  std::array<char, 4096> buffer_;
  std::size_t size_ = 0;
};

}  // namespace statewall
