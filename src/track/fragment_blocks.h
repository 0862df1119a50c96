#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wire/bytes.h"

// Where the bytes of fragments are kept until their datagram is whole: blocks of 256 bytes of a
// datagram, each at its place, so that a fragment costs what it holds, in whatever order they come.
// A datagram's blocks are found through pages of 32 of them, an unsorted list each: what a call
// walks is bounded, and needs no balancing.

namespace statewall {

inline constexpr std::uint32_t kNoBlock = 0xffffffff;
inline constexpr std::uint32_t kBlockBytes = 256;
inline constexpr std::uint32_t kUnit = 8;  ///< fragments begin at multiples of it

struct Block {
  std::uint32_t next;
  std::uint32_t index;     ///< offset / kBlockBytes in the datagram
  std::uint32_t received;  ///< a bit a unit
  std::uint32_t starts;    ///< ... of which a run of fragments begins (see `Coverage`)
  std::array<std::uint8_t, kBlockBytes> bytes;
};

/// All blocks there are. Not thread-safe.
class BlockPool {
 public:
  /// REQUIRES: the span lives as long as the pool; its contents may be anything.
  void lay_out(std::span<Block> blocks);

  std::uint32_t available() const { return available_; }

  /// REQUIRES: available() > 0
  std::uint32_t take();
  void give(std::uint32_t block);
  void give_list(std::uint32_t first);

  Block& operator[](std::uint32_t block) { return blocks_[block]; }
  const Block& operator[](std::uint32_t block) const { return blocks_[block]; }

 private:
  std::span<Block> blocks_;
  std::uint32_t free_ = kNoBlock;
  std::uint32_t fresh_ = 0;  ///< blocks from here on were never touched
  std::uint32_t available_ = 0;
};

/// How a new fragment lies to those that are there. The kernel forgets what was one fragment and
/// what another while they come in order: such a run counts as one piece.
enum class Coverage : std::uint8_t {
  free,
  repeated,  ///< all of it lies within one run
  overlaps   ///< anything else
};

/// The bytes of one datagram. Plain: it may hold anything before `clear`. `release` gives all back.
class DatagramBytes {
 public:
  /// Beyond what a fragment can reach: 65528 and the longest packet.
  static constexpr std::uint32_t kMost = 1U << 17;

  void clear();
  void release(BlockPool& pool);

  /// The most blocks that such a fragment can take.
  static std::uint32_t blocks_for(std::size_t payload) {
    return static_cast<std::uint32_t>(payload / kBlockBytes) + 2;
  }

  /// REQUIRES: offset is a multiple of kUnit, offset < end <= kMost
  Coverage coverage(const BlockPool& pool, std::uint32_t offset, std::uint32_t end) const;

  /// REQUIRES: coverage(offset, offset + payload.size()) is `free`, and there are the blocks.
  void store(BlockPool& pool, std::uint32_t offset, Bytes payload);

  /// All bytes from 0 on; what is missing stays as it was.
  void copy_to(const BlockPool& pool, std::span<std::uint8_t> out) const;

 private:
  static constexpr std::uint32_t kBlocksPerPage = 32;
  static constexpr std::uint32_t kPages = kMost / kBlockBytes / kBlocksPerPage;

  const Block* find(const BlockPool& pool, std::uint32_t index) const;
  Block& find_or_take(BlockPool& pool, std::uint32_t index);

  std::array<std::uint32_t, kPages> pages_;
  std::uint32_t tail_;  ///< where the fragment ends that lies highest
};

/// Keeps the header of a first fragment, in a list of blocks of its own.
std::uint32_t store_list(BlockPool& pool, Bytes bytes);
void copy_list(const BlockPool& pool, std::uint32_t first, std::span<std::uint8_t> out);

}  // namespace statewall
