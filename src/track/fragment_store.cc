#include "track/fragment_store.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "track/siphash.h"

namespace statewall {
namespace {

// A fragment of few bytes is charged 704 and takes up to three blocks; longer ones are charged more
// a block. A datagram waits for at least one fragment, but for odd cases of IPv6, where one of a
// wrong length opens it.
constexpr std::size_t kChargePerBlock = 704 / 3;
constexpr std::size_t kLongestFragment = 65535 / kBlockBytes + 4;

template <typename T>
std::span<T> carve(std::span<std::byte>& memory, std::size_t count) {
  const std::span<T> taken(reinterpret_cast<T*>(memory.data()), count);
  memory = memory.subspan((count * sizeof(T) + 63) / 64 * 64);
  return taken;
}

template <typename T>
std::size_t bytes_of(std::size_t count) {
  return (count * sizeof(T) + 63) / 64 * 64;
}

}  // namespace

void Datagram::clear() {
  length = received = charge = header_length = 0;
  header = kNoBlock;
  link = 0;
  next_header = ecns = 0;
  first_in = last_in = false;
  bytes.clear();
}

FragmentStore::Sizes FragmentStore::sizes_for(const Limits& limits) {
  Sizes sizes;
  sizes.datagrams = limits.high_thresh / (limits.datagram_charge + charge_for(21)) + 2;
  sizes.chains = std::bit_ceil(sizes.datagrams);
  sizes.blocks = limits.high_thresh / kChargePerBlock + kLongestFragment;
  sizes.sources = limits.counts_sources ? sizes.datagrams : 0;
  return sizes;
}

std::size_t FragmentStore::memory_needed(const Limits& limits) {
  const Sizes sizes = sizes_for(limits);
  return bytes_of<Datagram>(sizes.datagrams) + bytes_of<std::uint32_t>(sizes.chains) * 2 +
         bytes_of<FragmentSource>(sizes.sources) + bytes_of<Block>(sizes.blocks);
}

void FragmentStore::lay_out(const Limits& limits, const std::array<std::uint64_t, 2>& secret,
                            std::span<std::byte> memory) {
  const Sizes sizes = sizes_for(limits);
  limits_ = limits;
  secret_ = secret;
  datagrams_ = carve<Datagram>(memory, sizes.datagrams);
  chains_ = carve<std::uint32_t>(memory, sizes.chains);
  source_chains_ = carve<std::uint32_t>(memory, sizes.chains);
  sources_ = carve<FragmentSource>(memory, sizes.sources);
  blocks_.lay_out(carve<Block>(memory, sizes.blocks));
  std::ranges::fill(chains_, kNoDatagram);
  std::ranges::fill(source_chains_, kNoDatagram);
}

bool FragmentStore::has_room_for(const Fragment& fragment) const {
  if (limits_.high_thresh == 0 || charge_ > limits_.high_thresh) return false;
  const std::uint32_t needed = DatagramBytes::blocks_for(fragment.payload.size()) +
                               DatagramBytes::blocks_for(fragment.header.size());
  return needed <= blocks_.available();
}

Datagram* FragmentStore::find_or_open(const Fragment& fragment, Nanoseconds now,
                                      std::uint64_t& numbers) {
  for (std::uint32_t at = chain_of(fragment.key); at != kNoDatagram; at = datagrams_[at].next) {
    if (datagrams_[at].key != fragment.key) continue;
    if (datagrams_[at].deadline > now) return &datagrams_[at];
    ++timed_out_;
    remove(datagrams_[at]);
    break;
  }
  if (free_ == kNoDatagram && fresh_ == datagrams_.size()) return nullptr;
  return &open(fragment, now, ++numbers);
}

Datagram& FragmentStore::open(const Fragment& fragment, Nanoseconds now, std::uint64_t number) {
  const std::uint32_t slot = free_ == kNoDatagram ? fresh_++ : free_;
  Datagram& datagram = datagrams_[slot];
  if (slot == free_) free_ = datagram.next;
  ++used_;
  datagram.key = fragment.key;
  datagram.number = number;
  datagram.deadline = deadline_from(now);
  datagram.seen = datagram.largest = datagram.largest_unsplittable = 0;
  datagram.clear();
  datagram.charge = limits_.datagram_charge;
  charge_ += datagram.charge;
  std::uint32_t& chain = chain_of(fragment.key);
  datagram.next = chain;
  chain = slot;
  append_newest(slot);
  datagram.source = limits_.counts_sources ? source_for(fragment.key.source) : kNoDatagram;
  return datagram;
}

std::uint32_t FragmentStore::count(Datagram& datagram) {
  if (datagram.source == kNoDatagram) return 0;
  const std::uint32_t before = datagram.seen;
  datagram.seen = ++sources_[datagram.source].count;
  return datagram.seen - before;
}

void FragmentStore::restart(Datagram& datagram, Nanoseconds now, std::uint64_t number) {
  release_fragments(datagram);
  charge_ -= datagram.charge - limits_.datagram_charge;
  datagram.clear();
  datagram.charge = limits_.datagram_charge;
  datagram.number = number;
  datagram.deadline = deadline_from(now);
  unlink_age(datagram);
  append_newest(slot_of(datagram));
}

void FragmentStore::add(Datagram& datagram, const Fragment& fragment) {
  const std::uint32_t charge = charge_for(fragment.size);
  datagram.charge += charge;
  charge_ += charge;
  datagram.bytes.store(blocks_, fragment.offset, fragment.payload);
  datagram.received += static_cast<std::uint32_t>(fragment.payload.size());
  datagram.ecns |= static_cast<std::uint8_t>(1U << fragment.ecn);
  const auto size = static_cast<std::uint32_t>(fragment.header.size() + fragment.payload.size());
  datagram.largest = std::max(datagram.largest, size);
  if (fragment.dont_fragment) {
    datagram.largest_unsplittable = std::max(datagram.largest_unsplittable, size);
  }
  if (fragment.offset != 0) return;
  datagram.first_in = true;
  datagram.header = store_list(blocks_, fragment.header);
  datagram.header_length = static_cast<std::uint32_t>(fragment.header.size());
  datagram.next_header = fragment.next_header;
  datagram.link = fragment.link;
}

void FragmentStore::remove(Datagram& datagram) {
  const std::uint32_t slot = slot_of(datagram);
  std::uint32_t* link = &chain_of(datagram.key);
  while (*link != slot) link = &datagrams_[*link].next;
  *link = datagram.next;
  unlink_age(datagram);
  release_fragments(datagram);
  leave_source(datagram.source);
  charge_ -= datagram.charge;
  datagram.next = free_;
  free_ = slot;
  --used_;
}

bool FragmentStore::expire_one(Nanoseconds now) {
  if (oldest_ == kNoDatagram || datagrams_[oldest_].deadline > now) return false;
  ++timed_out_;
  remove(datagrams_[oldest_]);
  return true;
}

std::uint32_t& FragmentStore::chain_of(const DatagramKey& key) const {
  return chains_[hash_of(key, secret_) & (chains_.size() - 1)];
}

std::uint32_t& FragmentStore::chain_of(const Address& source) const {
  const auto words = std::bit_cast<std::array<std::uint64_t, 2>>(source);
  return source_chains_[siphash13(secret_, words) & (source_chains_.size() - 1)];
}

Nanoseconds FragmentStore::deadline_from(Nanoseconds now) const {
  Nanoseconds deadline;
  const bool never = __builtin_add_overflow(now, limits_.timeout, &deadline);
  return never ? std::numeric_limits<Nanoseconds>::max() : deadline;
}

std::uint32_t FragmentStore::slot_of(const Datagram& datagram) const {
  return static_cast<std::uint32_t>(&datagram - datagrams_.data());
}

void FragmentStore::release_fragments(Datagram& datagram) {
  datagram.bytes.release(blocks_);
  blocks_.give_list(datagram.header);
  datagram.header = kNoBlock;
}

void FragmentStore::append_newest(std::uint32_t slot) {
  datagrams_[slot].newer = kNoDatagram;
  datagrams_[slot].older = newest_;
  (newest_ == kNoDatagram ? oldest_ : datagrams_[newest_].newer) = slot;
  newest_ = slot;
}

void FragmentStore::unlink_age(const Datagram& datagram) {
  const auto [older, newer] = std::pair(datagram.older, datagram.newer);
  (older == kNoDatagram ? oldest_ : datagrams_[older].newer) = newer;
  (newer == kNoDatagram ? newest_ : datagrams_[newer].older) = older;
}

std::uint32_t FragmentStore::source_for(const Address& address) {
  std::uint32_t& chain = chain_of(address);
  for (std::uint32_t at = chain; at != kNoDatagram; at = sources_[at].next) {
    if (sources_[at].address != address) continue;
    ++sources_[at].datagrams;
    return at;
  }
  const std::uint32_t slot = free_source_ == kNoDatagram ? fresh_source_++ : free_source_;
  if (slot == free_source_) free_source_ = sources_[slot].next;
  sources_[slot] = {address, 0, 1, chain};
  chain = slot;
  return slot;
}

void FragmentStore::leave_source(std::uint32_t slot) {
  if (slot == kNoDatagram || --sources_[slot].datagrams > 0) return;
  std::uint32_t* link = &chain_of(sources_[slot].address);
  while (*link != slot) link = &sources_[*link].next;
  *link = sources_[slot].next;
  sources_[slot].next = free_source_;
  free_source_ = slot;
}

}  // namespace statewall
