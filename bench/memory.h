#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

namespace statewall::bench {

/// Memory that is touched only as it is used, in large pages where there are any, like that of the
/// program.
class Memory {
 public:
  explicit Memory(std::size_t size) : size_(size) {
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    madvise(memory, size, MADV_HUGEPAGE);
    memory_ = static_cast<std::byte*>(memory);
  }
  ~Memory() { munmap(memory_, size_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  std::span<std::byte> bytes() const { return {memory_, size_}; }

 private:
  std::byte* memory_;
  std::size_t size_;
};

/// xorshift64: the choice of flows costs a few instructions.
class Random {
 public:
  std::uint32_t below(std::uint32_t limit) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>((state_ >> 32) * limit >> 32);
  }

 private:
  std::uint64_t state_ = 0x9e3779b97f4a7c15;
};

}  // namespace statewall::bench
