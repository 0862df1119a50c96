#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "capture/input.h"
#include "capture/source.h"

// Compressed files. Each format is a sequence of members (gzip) or frames (zstd), each whole in
// itself; `cat a.gz b.gz` decompresses to what `cat a b` gives.

namespace statewall {

/// Does a file that begins with these bytes claim to be compressed in a way that is read here?
bool is_compressed(std::span<const std::uint8_t> head);

/// What the input decompresses to, under the name "NAME (decompressed)", or the input itself if
/// `is_compressed` does not hold of it. Only one layer is taken off.
///
/// Failures name the file, and the byte of the file up to which it made sense; for zstd that is
/// where the damaged block begins.
std::unique_ptr<Input> decompress(std::unique_ptr<Input> input);

/// What all compressed formats share: members follow each other until the input ends, and every
/// member has its end.
class DecompressedSource : public Source {
 public:
  /// `format` for messages: "gzip".
  DecompressedSource(std::unique_ptr<Input> input, std::string_view format)
      : input_(std::move(input)), format_(format) {}

  std::size_t read(std::span<std::uint8_t> room) final;
  std::optional<Error> failure() const final { return failure_; }

 protected:
  using Bytes = std::span<const std::uint8_t>;

  /// What became of a piece of a member.
  struct Step {
    std::size_t taken = 0;
    std::size_t given = 0;
    bool member_ends = false;
    std::string damage = {};  ///< what is wrong, if anything is: "has a wrong checksum"
  };

  /// Goes on with the member under way, or begins one: from `bytes`, which may be empty, to `room`.
  virtual Step step(Bytes bytes, std::span<std::uint8_t> room) = 0;

  /// Can a member begin like this? `head` is shorter than a magic number only at the end.
  virtual bool begins(Bytes head) const = 0;

  /// Some formats allow zeros between the last member and the end (tapes, disk images).
  virtual bool zeros_may_follow() const { return false; }

 private:
  /// False at the end of the last member, or if something else follows it.
  bool begin_member();
  void fail(std::string message);

  std::unique_ptr<Input> input_;
  std::string_view format_;
  bool within_ = false;   // a member
  bool pending_ = false;  // the decompressor may have more to give without further bytes
  std::optional<Error> failure_;
};

}  // namespace statewall
