#include "track/fragment_blocks.h"

#include <algorithm>
#include <cstring>

namespace statewall {
namespace {

/// Bits of the units from `from` to `to` of a block, both in bytes of the datagram. The last unit
/// of a datagram may be held in part; nothing else ever lies in it.
std::uint32_t units(std::uint32_t index, std::uint32_t from, std::uint32_t to) {
  constexpr std::uint32_t kUnits = kBlockBytes / kUnit;
  static_assert(kUnits == 32, "a bit each");
  const std::uint32_t begin = index * kBlockBytes;
  const std::uint32_t first = from > begin ? std::min((from - begin) / kUnit, kUnits) : 0;
  const std::uint32_t last = std::min((to - begin + kUnit - 1) / kUnit, kUnits);
  const auto below = [](std::uint32_t unit) { return (std::uint64_t{1} << unit) - 1; };
  return static_cast<std::uint32_t>(below(last) & ~below(first));
}

}  // namespace

void BlockPool::lay_out(std::span<Block> blocks) {
  blocks_ = blocks;
  free_ = kNoBlock;
  fresh_ = 0;
  available_ = static_cast<std::uint32_t>(blocks.size());
}

std::uint32_t BlockPool::take() {
  --available_;
  if (free_ == kNoBlock) return fresh_++;
  const std::uint32_t block = free_;
  free_ = blocks_[block].next;
  return block;
}

void BlockPool::give(std::uint32_t block) {
  ++available_;
  blocks_[block].next = free_;
  free_ = block;
}

void BlockPool::give_list(std::uint32_t first) {
  while (first != kNoBlock) {
    const std::uint32_t next = blocks_[first].next;
    give(first);
    first = next;
  }
}

void DatagramBytes::clear() {
  pages_.fill(kNoBlock);
  tail_ = 0;
}

void DatagramBytes::release(BlockPool& pool) {
  for (const std::uint32_t page : pages_) pool.give_list(page);
  clear();
}

const Block* DatagramBytes::find(const BlockPool& pool, std::uint32_t index) const {
  for (std::uint32_t at = pages_[index / kBlocksPerPage]; at != kNoBlock; at = pool[at].next) {
    if (pool[at].index == index) return &pool[at];
  }
  return nullptr;
}

Block& DatagramBytes::find_or_take(BlockPool& pool, std::uint32_t index) {
  if (const Block* found = find(pool, index)) return const_cast<Block&>(*found);
  const std::uint32_t taken = pool.take();
  Block& block = pool[taken];
  std::uint32_t& page = pages_[index / kBlocksPerPage];
  block.next = page;
  block.index = index;
  block.received = 0;
  block.starts = 0;
  page = taken;
  return block;
}

Coverage DatagramBytes::coverage(const BlockPool& pool, std::uint32_t offset,
                                 std::uint32_t end) const {
  bool any = false;
  bool all = true;
  for (std::uint32_t index = offset / kBlockBytes; index * kBlockBytes < end; ++index) {
    const Block* block = find(pool, index);
    const std::uint32_t wanted = units(index, offset, end);
    const std::uint32_t held = block == nullptr ? 0 : block->received & wanted;
    any |= held != 0;
    all &= held == wanted;
    // A run may begin where the fragment does, but not inside it.
    const std::uint32_t inside = units(index, offset + kUnit, end);
    if (block != nullptr && offset + kUnit < end) all &= (block->starts & inside) == 0;
  }
  if (!any) return Coverage::free;
  return all ? Coverage::repeated : Coverage::overlaps;
}

void DatagramBytes::store(BlockPool& pool, std::uint32_t offset, Bytes payload) {
  const auto end = offset + static_cast<std::uint32_t>(payload.size());
  for (std::uint32_t index = offset / kBlockBytes; index * kBlockBytes < end; ++index) {
    const std::uint32_t begin = index * kBlockBytes;
    const std::uint32_t from = std::max(begin, offset);
    const std::uint32_t to = std::min(begin + kBlockBytes, end);
    Block& block = find_or_take(pool, index);
    std::memcpy(block.bytes.data() + (from - begin), payload.data() + (from - offset), to - from);
    block.received |= units(index, from, to);
    // What goes on at the end of all goes on the run that ends there.
    const bool begins = index == offset / kBlockBytes && (tail_ == 0 || offset != tail_);
    if (begins) block.starts |= 1U << (offset - begin) / kUnit;
  }
  tail_ = std::max(tail_, end);
}

void DatagramBytes::copy_to(const BlockPool& pool, std::span<std::uint8_t> out) const {
  for (const std::uint32_t page : pages_) {
    for (std::uint32_t at = page; at != kNoBlock; at = pool[at].next) {
      const std::size_t begin = std::size_t{pool[at].index} * kBlockBytes;
      if (begin >= out.size()) continue;
      const std::size_t length = std::min<std::size_t>(kBlockBytes, out.size() - begin);
      std::memcpy(out.data() + begin, pool[at].bytes.data(), length);
    }
  }
}

std::uint32_t store_list(BlockPool& pool, Bytes bytes) {
  std::uint32_t first = kNoBlock;
  std::uint32_t* link = &first;
  for (; bytes.size() > 0; bytes = bytes.from(kBlockBytes)) {
    *link = pool.take();
    Block& block = pool[*link];
    const Bytes part = bytes.first(kBlockBytes);
    std::memcpy(block.bytes.data(), part.data(), part.size());
    block.next = kNoBlock;
    link = &block.next;
  }
  return first;
}

void copy_list(const BlockPool& pool, std::uint32_t first, std::span<std::uint8_t> out) {
  while (first != kNoBlock && !out.empty()) {
    const std::size_t length = std::min<std::size_t>(kBlockBytes, out.size());
    std::memcpy(out.data(), pool[first].bytes.data(), length);
    out = out.subspan(length);
    first = pool[first].next;
  }
}

}  // namespace statewall
