#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// Where random traffic takes its decisions from: a generator, or the bytes of a fuzzer. One byte
// decides one thing, so that a fuzzer can change one thing at a time.

namespace statewall::model {

class Choices {
 public:
  virtual ~Choices() = default;

  virtual std::uint8_t byte() = 0;
  /// The next packet begins.
  virtual void next_step() {}

  /// 0 to n-1. REQUIRES: n is 1 to 256.
  std::uint32_t below(std::uint32_t n) { return byte() % n; }
  /// False where choices run out and read as zero.
  bool one_in(std::uint32_t n) { return below(n) == n - 1; }
  std::uint16_t u16() { return static_cast<std::uint16_t>(byte() << 8 | byte()); }

  template <typename T, std::size_t n>
  const T& of(const T (&list)[n]) {
    return list[below(n)];
  }
};

/// Pseudo-random choices: the same seed gives the same traffic on every machine (splitmix64).
class RandomChoices : public Choices {
 public:
  explicit RandomChoices(std::uint64_t seed) : state_(seed) {}

  std::uint8_t byte() override {
    if (left_ == 0) refill();
    --left_;
    const auto value = static_cast<std::uint8_t>(bits_);
    bits_ >>= 8;
    return value;
  }

 private:
  void refill() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    bits_ = z ^ (z >> 31);
    left_ = 8;
  }

  std::uint64_t state_;
  std::uint64_t bits_ = 0;
  int left_ = 0;
};

/// A fuzzer's bytes. Each packet has `kBytesPerStep` of them to itself, so that what one packet
/// takes does not shift the next; where they run out choices are 0.
class ByteChoices : public Choices {
 public:
  static constexpr std::size_t kBytesPerStep = 32;

  explicit ByteChoices(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  std::uint8_t byte() override {
    if (step_.empty()) return 0;
    const std::uint8_t value = step_.front();
    step_ = step_.subspan(1);
    return value;
  }

  void next_step() override {
    const std::size_t n = rest_.size() < kBytesPerStep ? rest_.size() : kBytesPerStep;
    step_ = rest_.first(n);
    rest_ = rest_.subspan(n);
  }

  bool more() const { return !rest_.empty(); }

 private:
  std::span<const std::uint8_t> rest_;
  std::span<const std::uint8_t> step_;
};

/// Remembers another's choices in the form that `ByteChoices` reads: how a corpus is made.
class RecordedChoices : public Choices {
 public:
  explicit RecordedChoices(Choices& from) : from_(from) {}

  std::uint8_t byte() override {
    if (in_step_ == ByteChoices::kBytesPerStep) return 0;
    ++in_step_;
    bytes_.push_back(from_.byte());
    return bytes_.back();
  }

  void next_step() override {
    if (in_step_ != 0) bytes_.resize(bytes_.size() + ByteChoices::kBytesPerStep - in_step_);
    in_step_ = 0;
  }

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  Choices& from_;
  std::vector<std::uint8_t> bytes_;
  std::size_t in_step_ = 0;
};

}  // namespace statewall::model
