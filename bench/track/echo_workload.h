#pragma once

#include <sys/mman.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "statewall/packet.h"
#include "statewall/tracker.h"

// Echo queries and replies, 98 bytes a frame, of random flows out of many that are all established.
// The frames are made in a ring that stays in cache; the flows do not.

namespace statewall::bench {

/// Memory that is touched only as it is used, like that of the real program.
class Memory {
 public:
  explicit Memory(std::size_t size) : size_(size) {
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
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

/// An echo frame whose source is the flow's number as an address; checksums are right.
class EchoFrame {
 public:
  static constexpr std::size_t kSize = 98;

  EchoFrame() {
    bytes_[12] = 0x08;
    const std::array<std::uint8_t, 20> ip = {0x45, 0, 0, 84, 0, 1, 0,   0,   64, 1,
                                             0,    0, 0, 0,  0, 0, 192, 168, 1,  10};
    std::memcpy(&bytes_[14], ip.data(), ip.size());
    for (std::size_t i = 42; i < kSize; ++i) bytes_[i] = static_cast<std::uint8_t>(i);
    bytes_[38] = 0x12;
    bytes_[39] = 0x34;
    for (std::size_t i = 14; i < 34; i += 2) ip_sum_ += word(i);
    for (std::size_t i = 34; i < kSize; i += 2) icmp_sum_ += word(i);
  }

  void set(std::uint32_t flow, bool reply) {
    const std::size_t asker = reply ? 30 : 26;
    const std::size_t replier = reply ? 26 : 30;
    store(replier, 0xC0A8);
    store(replier + 2, 0x010A);
    store(asker, 0x0A00 | flow >> 16);
    store(asker + 2, flow & 0xffff);
    bytes_[34] = reply ? 0 : 8;
    store(24, ~fold(ip_sum_ + (0x0A00 | flow >> 16) + (flow & 0xffff)));
    store(36, ~fold(icmp_sum_ + (reply ? 0U : 0x0800U)));
  }

  std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  std::uint32_t word(std::size_t at) const {
    return static_cast<std::uint32_t>(bytes_[at] << 8 | bytes_[at + 1]);
  }
  void store(std::size_t at, std::uint32_t value) {
    bytes_[at] = static_cast<std::uint8_t>(value >> 8);
    bytes_[at + 1] = static_cast<std::uint8_t>(value);
  }
  static std::uint32_t fold(std::uint32_t sum) {
    sum = (sum & 0xffff) + (sum >> 16);
    return sum + (sum >> 16);
  }

  std::array<std::uint8_t, kSize> bytes_{};
  std::uint32_t ip_sum_ = 0;    ///< without the flow's address
  std::uint32_t icmp_sum_ = 0;  ///< without the type
};

class EchoWorkload {
 public:
  static constexpr std::size_t kMostBatch = 256;

  explicit EchoWorkload(std::uint32_t flows)
      : flows_(flows),
        config_(config_for(flows)),
        memory_(ConnectionTable::memory_needed(config_)),
        table_(ConnectionTable::create(config_, memory_.bytes()).table),
        tracker_(*table_, 0) {
    for (std::uint32_t flow = 0; flow < flows; ++flow) {
      one(flow, false);
      one(flow, true);
    }
    if (table_->size() != flows) std::abort();
  }

  /// Handles `batch` random packets, from bytes to confirmed. How many were ESTABLISHED.
  std::size_t run(std::size_t batch) {
    for (std::size_t i = 0; i < batch; ++i) {
      const std::uint32_t choice = random_.below(flows_ * 2);
      frames_[i].set(choice / 2, choice % 2 != 0);
    }
    const std::span<Packet> packets(packets_.data(), batch);
    for (std::size_t i = 0; i < batch; ++i) {
      read_frame(frames_[i].bytes(), LinkType::ethernet, EchoFrame::kSize, ChecksumMode::automatic,
                 packets[i]);
    }
    tracker_.prepare(packets, {lookups_.data(), batch});
    std::size_t established = 0;
    now_ += 1000;
    for (std::size_t i = 0; i < batch; ++i) {
      const Observation seen = tracker_.observe(packets[i], lookups_[i], now_);
      tracker_.confirm();
      established += seen.state == State::established ? 1 : 0;
    }
    return established;
  }

  std::size_t memory() const { return memory_.bytes().size(); }

 private:
  static TableConfig config_for(std::uint32_t flows) {
    TableConfig config;
    config.profile = linux_6();
    config.profile.icmp_timeout = 86400;
    config.profile.max = config.profile.buckets = flows;
    config.hash_key = {0x0123456789abcdef, 0xfedcba9876543210};
    return config;
  }
  void one(std::uint32_t flow, bool reply) {
    frames_[0].set(flow, reply);
    tracker_.observe(read_frame(frames_[0].bytes(), LinkType::ethernet, EchoFrame::kSize), now_);
    tracker_.confirm();
  }

  std::uint32_t flows_;
  TableConfig config_;
  Memory memory_;
  ConnectionTable* table_;
  Tracker tracker_;
  Random random_;
  Nanoseconds now_ = 0;
  std::array<EchoFrame, kMostBatch> frames_;
  std::array<Packet, kMostBatch> packets_;
  std::array<Lookup, kMostBatch> lookups_;
};

}  // namespace statewall::bench
