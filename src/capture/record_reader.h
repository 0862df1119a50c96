#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "capture/input.h"
#include "capture/reader.h"

namespace statewall {

/// What the readers of all formats share: where they are, and how they say so in an Error.
class RecordReader : public CaptureReader {
 public:
  explicit RecordReader(std::unique_ptr<Input> input) : input_(std::move(input)) {}

  bool next_frame(Frame& frame) final { return !failure_ && read(frame); }
  const std::optional<Error>& failure() const final { return failure_; }

 protected:
  using Bytes = std::span<const std::uint8_t>;

  /// Reads on to the next frame. False at the end, and where it failed.
  virtual bool read(Frame& frame) = 0;
  bool fail(Error error) {
    failure_ = std::move(error);
    return false;
  }

  /// What an Error's position is about.
  enum class Place { header, block, frame };

  /// Here begins a record; Errors point at it.
  void begin(Place place) {
    start_ = input_->position();
    place_ = place;
  }
  /// It turned out what kind of record it is.
  void set_place(Place place) { place_ = place; }

  /// Exactly `size` bytes. An Error says that `part` ("its record header") is cut; it counts the
  /// bytes of that part alone, which lies behind `before` others.
  Result<Bytes> take(std::size_t size, std::string_view part, std::size_t before = 0);
  /// The same where every frame passes: fewer bytes where the input ends, which `cut` tells.
  Bytes take(std::size_t size) { return input_->take(size); }
  /// An Error that says how much of a part is there.
  Error cut(std::uint64_t present, std::uint64_t size, std::string_view part) const;
  /// The same, without moving behind them.
  Result<Bytes> peek(std::size_t size, std::string_view part, std::size_t before = 0);
  /// The same for bytes that nobody wants to see.
  std::optional<Error> skip(std::size_t size, std::string_view part);

  /// Is nothing left? An input that failed is not at its end: `take` tells.
  bool at_end() { return input_->peek(1).empty() && !input_->failure(); }

  /// An input Error at the record under way.
  Error error(std::string message) const;

  /// Fills in the frame that the record under way holds, but for its time and for what only pcapng
  /// tells.
  /// REQUIRES: the record's lengths are checked.
  void fill(Frame& frame, Bytes bytes, std::uint32_t original_length, LinkType link) {
    frame.bytes = bytes;
    // Some files hold more of a frame than they say was on the wire. tcpdump and Wireshark remark
    // on it and read on; the bytes are there, so the frame was no shorter than they are.
    frame.original_length = std::max<std::size_t>(original_length, bytes.size());
    frame.link = link;
    frame.number = ++frames_;
    frame.position = start_;
    frame.interface.reset();
    frame.interface_name = {};
    frame.comments = {};
  }

  /// An Error if a record claims more captured bytes than a frame may have.
  std::optional<Error> check_captured(std::uint32_t captured) const {
    if (captured <= kMaxCapturedLength) return std::nullopt;
    return too_long(captured);
  }

 private:
  Error too_long(std::uint32_t captured) const;

  std::unique_ptr<Input> input_;
  std::uint64_t frames_ = 0;
  std::uint64_t start_ = 0;  // of the record under way
  Place place_ = Place::header;
  std::optional<Error> failure_;
};

}  // namespace statewall
