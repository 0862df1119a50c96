#pragma once

#include <atomic>
#include <cstdint>

namespace statewall {

/// For who waits for another thread.
inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

/// A lock of one byte, held for one lookup. With one thread it is never taken: `shared` is false.
class SpinLock {
 public:
  void lock() {
    while (held_.exchange(1, std::memory_order_acquire) != 0) {
      while (held_.load(std::memory_order_relaxed) != 0) relax();
    }
  }
  bool try_lock() { return held_.exchange(1, std::memory_order_acquire) == 0; }
  void unlock() { held_.store(0, std::memory_order_release); }

 private:
  std::atomic<std::uint8_t> held_{0};
};

/// Holds a lock for a scope, where the table is shared between threads.
class [[nodiscard]] Guard {
 public:
  Guard(SpinLock& lock, bool shared) : lock_(shared ? &lock : nullptr) {
    if (lock_ != nullptr) lock_->lock();
  }
  ~Guard() {
    if (lock_ != nullptr) lock_->unlock();
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  SpinLock* lock_;
};

}  // namespace statewall
