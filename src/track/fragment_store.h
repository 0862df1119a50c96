#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "statewall/time.h"
#include "track/fragment.h"
#include "track/fragment_blocks.h"

// The datagrams of one family that wait for the rest of their fragments. Not thread-safe.

namespace statewall {

inline constexpr std::uint32_t kNoDatagram = 0xffffffff;

struct Datagram {
  DatagramKey key;
  std::uint64_t number;
  Nanoseconds deadline;
  std::uint32_t next;          ///< of its chain in the hash table, or free
  std::uint32_t older, newer;  ///< in the order of deadlines
  std::uint32_t source;        ///< whose fragments are counted; kNoDatagram: nobody's
  std::uint32_t seen;          ///< what that count was at its latest fragment
  std::uint32_t length;        ///< as far as is known
  std::uint32_t received;      ///< bytes
  std::uint32_t charge;        ///< of high_thresh
  std::uint32_t header;        ///< blocks of the first fragment's
  std::uint32_t header_length;
  std::uint32_t largest, largest_unsplittable;  ///< IPv4: fragments, of all and of those with DF
  std::uint16_t link;                           ///< IPv6: see Fragment
  std::uint8_t next_header;
  std::uint8_t ecns;  ///< a bit for each of the four that a fragment had
  bool first_in, last_in;
  DatagramBytes bytes;

  /// Forgets all fragments, but not their sizes, which decide of DF: the kernel keeps them.
  void clear();
  bool empty() const { return received == 0; }
  bool whole() const { return first_in && last_in && received == length; }
};

/// Fragments of one source, counted as long as a datagram of it waits.
struct FragmentSource {
  Address address;
  std::uint32_t count;
  std::uint32_t datagrams;
  std::uint32_t next;
};

class FragmentStore {
 public:
  /// What limits it, and what of the kernel's memory a datagram takes.
  struct Limits {
    Nanoseconds timeout;
    std::uint32_t high_thresh;
    std::uint32_t datagram_charge;
    bool counts_sources;
  };

  static std::size_t memory_needed(const Limits& limits);
  /// REQUIRES: as much memory as that, aligned to 64 bytes, which lives as long as this.
  void lay_out(const Limits& limits, const std::array<std::uint64_t, 2>& secret,
               std::span<std::byte> memory);

  /// Bytes of high_thresh that a fragment takes.
  static std::uint32_t charge_for(std::uint32_t size) { return (size + 80 + 63) / 64 * 64 + 576; }

  /// Is there room for a further fragment? As in the kernel, none of a datagram that is already
  /// there has it either.
  bool has_room_for(const Fragment& fragment) const;

  /// The datagram of a fragment, a new one if it is the first. nullptr: there is no room.
  Datagram* find_or_open(const Fragment& fragment, Nanoseconds now, std::uint64_t& numbers);

  /// Counts a fragment of the datagram's source; how many there were since the last of this one.
  std::uint32_t count(Datagram& datagram);

  /// Lets a datagram begin anew, with the whole timeout before it.
  void restart(Datagram& datagram, Nanoseconds now, std::uint64_t number);

  /// REQUIRES: has_room_for(fragment), and it overlaps with nothing.
  void add(Datagram& datagram, const Fragment& fragment);

  void remove(Datagram& datagram);

  /// Removes the oldest datagram if its time ran out.
  bool expire_one(Nanoseconds now);

  const BlockPool& blocks() const { return blocks_; }
  std::uint32_t datagrams() const { return used_; }
  std::uint32_t charge() const { return charge_; }
  std::uint64_t timed_out() const { return timed_out_; }

 private:
  struct Sizes {
    std::size_t datagrams, chains, blocks, sources;
  };
  static Sizes sizes_for(const Limits& limits);

  std::uint32_t& chain_of(const DatagramKey& key) const;
  std::uint32_t& chain_of(const Address& source) const;
  Nanoseconds deadline_from(Nanoseconds now) const;
  std::uint32_t slot_of(const Datagram& datagram) const;
  Datagram& open(const Fragment& fragment, Nanoseconds now, std::uint64_t number);
  void release_fragments(Datagram& datagram);
  void append_newest(std::uint32_t slot);
  void unlink_age(const Datagram& datagram);
  std::uint32_t source_for(const Address& address);
  void leave_source(std::uint32_t slot);

  Limits limits_{};
  std::array<std::uint64_t, 2> secret_{};
  std::span<Datagram> datagrams_;
  std::span<std::uint32_t> chains_;
  std::span<FragmentSource> sources_;
  std::span<std::uint32_t> source_chains_;
  BlockPool blocks_;
  std::uint32_t free_ = kNoDatagram, fresh_ = 0, used_ = 0;
  std::uint32_t free_source_ = kNoDatagram, fresh_source_ = 0;
  std::uint32_t oldest_ = kNoDatagram, newest_ = kNoDatagram;
  std::uint32_t charge_ = 0;
  std::uint64_t timed_out_ = 0;
};

}  // namespace statewall
