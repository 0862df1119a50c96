#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace statewall::rules {

/// A hash map with room for a fixed number of entries, all of it taken at the beginning, which
/// knows in which order its entries were last touched. `Hash` maps a key to 64 bits.
///
/// Whoever may choose keys must not know the hash: give it a key of its own where that matters.
template <typename Key, typename Value, typename Hash>
class FixedMap {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  explicit FixedMap(std::uint32_t capacity, Hash hash = {})
      : hash_(hash), nodes_(capacity), buckets_(bucket_count(capacity), kNone) {
    for (std::uint32_t i = capacity; i-- > 0;) {
      nodes_[i].next = free_;
      free_ = i;
    }
  }

  /// What a map with room for so many takes besides itself.
  static constexpr std::size_t bytes(std::size_t capacity) {
    return capacity * sizeof(Node) + bucket_count(capacity) * sizeof(std::uint32_t);
  }

  std::size_t size() const { return size_; }
  bool full() const { return free_ == kNone; }

  Value* find(const Key& key) {
    for (std::uint32_t i = bucket_of(key); i != kNone; i = nodes_[i].next) {
      if (nodes_[i].key == key) return &nodes_[i].value;
    }
    return nullptr;
  }

  /// REQUIRES: not full, and the key is not there. It counts as touched.
  Value& insert(const Key& key, Value value) {
    const std::uint32_t i = free_;
    free_ = nodes_[i].next;
    std::uint32_t& bucket = bucket_of(key);
    nodes_[i] = {key, std::move(value), bucket, kNone, kNone};
    bucket = i;
    link_newest(i);
    ++size_;
    return nodes_[i].value;
  }

  /// REQUIRES: `value` is one of this map's.
  void touch(Value& value) {
    const std::uint32_t i = index_of(value);
    unlink(i);
    link_newest(i);
  }

  void erase(Value& value) {
    const std::uint32_t i = index_of(value);
    std::uint32_t* link = &bucket_of(nodes_[i].key);
    while (*link != i) link = &nodes_[*link].next;
    *link = nodes_[i].next;
    unlink(i);
    nodes_[i].value = Value{};
    nodes_[i].next = free_;
    free_ = i;
    --size_;
  }

  /// The value touched longest ago; nullptr if there is none.
  Value* oldest() { return oldest_ == kNone ? nullptr : &nodes_[oldest_].value; }

 private:
  struct Node {
    Key key{};
    Value value{};
    std::uint32_t next = kNone;  ///< in its bucket, or in the free list
    std::uint32_t older = kNone, newer = kNone;
  };

  static constexpr std::size_t bucket_count(std::size_t capacity) {
    std::size_t count = 16;
    while (count < capacity) count *= 2;
    return count;
  }

  std::uint32_t& bucket_of(const Key& key) {
    return buckets_[static_cast<std::size_t>(hash_(key)) & (buckets_.size() - 1)];
  }

  std::uint32_t index_of(const Value& value) const {
    // The value lies in its node, so that the distance in bytes tells which.
    const auto* node = reinterpret_cast<const std::byte*>(&value);
    const auto* first = reinterpret_cast<const std::byte*>(&nodes_.front().value);
    return static_cast<std::uint32_t>((node - first) / static_cast<std::ptrdiff_t>(sizeof(Node)));
  }

  void link_newest(std::uint32_t i) {
    nodes_[i].older = newest_;
    nodes_[i].newer = kNone;
    if (newest_ != kNone) nodes_[newest_].newer = i;
    newest_ = i;
    if (oldest_ == kNone) oldest_ = i;
  }

  void unlink(std::uint32_t i) {
    const Node& node = nodes_[i];
    (node.older == kNone ? oldest_ : nodes_[node.older].newer) = node.newer;
    (node.newer == kNone ? newest_ : nodes_[node.newer].older) = node.older;
  }

  [[no_unique_address]] Hash hash_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> buckets_;
  std::uint32_t free_ = kNone, oldest_ = kNone, newest_ = kNone;
  std::size_t size_ = 0;
};

}  // namespace statewall::rules
