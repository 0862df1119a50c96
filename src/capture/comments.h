#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

#include "capture/options.h"

namespace statewall {

/// The comments of a frame in the order of the file: `for (std::string_view text : comments)`.
/// They should be UTF-8, but may be any bytes. Nothing is held: who asks walks over the options as
/// they stand in the file, and ends at the first that is damaged. A view: the bytes must outlive
/// it.
class Comments {
 public:
  class Iterator {
   public:
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;

    explicit Iterator(Fields options) : walk_(options) { ++*this; }
    std::string_view operator*() const {
      return {reinterpret_cast<const char*>(comment_->value.data()), comment_->value.size()};
    }
    Iterator& operator++() {
      do {
        comment_ = walk_.next();
      } while (comment_ && comment_->code != kOptionComment);
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return !comment_; }

   private:
    OptionWalk walk_;
    std::optional<Option> comment_;
  };

  Comments() : options_(ByteOrder::little, {}) {}
  explicit Comments(Fields options) : options_(options) {}

  Iterator begin() const { return Iterator(options_); }
  std::default_sentinel_t end() const { return {}; }
  bool empty() const { return begin() == end(); }

 private:
  Fields options_;
};

}  // namespace statewall
