#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/reason.h"
#include "statewall/time.h"
#include "statewall/tracker.h"

// Fragments put together again before they are tracked, as kernels 6.x do it: whoever has a
// `Reassembly` shows it each packet before the tracker sees it, and tracks what it gives back.
//
//     const Reassembled r = reassembly.take(ip_packet, packet, zone, now, room);
//     if (r.fate == Reassembled::Fate::completes) track read_ip(r.datagram);
//
// What becomes of a fragment was measured on a kernel 6.18, in the hooks of a bridge and of a
// router, which do the same; docs/fragments.md tells what and how.
//
// Nothing here allocates, throws, reads a clock or waits for anything but its one lock. Time is an
// argument; it may not run backwards by more than the tracker's does.

namespace statewall {

struct ReassemblyConfig {
  /// One family. What a fragment takes of `high_thresh` is what it takes of a kernel's when it came
  /// from a TAP device: its bytes and about 650 more, and 200 for each datagram.
  struct Limits {
    std::uint32_t timeout = 30;            ///< seconds for a datagram, from its first fragment on
    std::uint32_t high_thresh = 4U << 20;  ///< bytes; above, every fragment is refused; 0: all
  };
  Limits ipv4{30, 4U << 20};
  Limits ipv6{60, 4U << 20};
  std::uint32_t max_dist =
      64;               ///< IPv4: fragments of one source between two of one datagram; 0: any
  bool shared = false;  ///< more than one thread uses it
  /// The secret of the hash, as TableConfig has it.
  std::array<std::uint64_t, 2> hash_key{};

  /// The switches of a profile.
  static ReassemblyConfig of(const Profile& profile);
};

/// What became of a packet.
struct Reassembled {
  enum class Fate : std::uint8_t {
    no_fragment,  ///< goes on as it is
    passes,       ///< a fragment that goes on as it is: IPv6, and so broken that the kernel's
                  ///< reassembly leaves it to conntrack
    held,         ///< waits for the rest of its datagram
    completes,    ///< the last that was missing: `datagram` goes on in its stead
    dropped       ///< goes nowhere, without a state
  };
  Fate fate = Fate::no_fragment;
  Reason reason = Reason::not_ip;  ///< held, dropped: fragment_held, fragment_overlap, ...
  /// Which datagram it is of, counted from 1; 0 if none. A datagram that begins anew, because its
  /// fragments were dropped, has a new number.
  std::uint64_t number = 0;
  /// Completes: the whole IP packet, at the beginning of the room that was given.
  std::span<const std::uint8_t> datagram;
};

/// Counts since it was made.
struct ReassemblyCounters {
  std::uint64_t fragments = 0;  ///< that were shown
  std::uint64_t completed = 0;  ///< datagrams
  std::uint64_t timed_out = 0;  ///< datagrams
  std::uint64_t failed = 0;     ///< datagrams that were given up: overlaps, distance, ...
  std::uint64_t refused = 0;    ///< fragments for which there was no room
  std::uint64_t datagrams = 0;  ///< that wait now
  std::uint64_t memory = 0;     ///< of high_thresh, both families
};

/// The fragments, in memory that the caller owns, touched only as far as they need it.
/// Thread-safe where `shared` is set.
///
/// A call touches its datagram, of which it reads at most 64 KiB and walks lists of at most 32
/// blocks, and up to `kExpiredPerCall` others whose time ran out.
class Reassembly {
 public:
  static constexpr unsigned kExpiredPerCall = 8;

  /// The room that `take` needs: the longest datagram, and an IPv6 header.
  static constexpr std::size_t kRoom = 65535 + 40;

  /// Bytes for a configuration: about 1.7 times its two high_thresh.
  static std::size_t memory_needed(const ReassemblyConfig& config);

  /// Lays it out in `memory`, aligned to 64 bytes, which must outlive it and may hold anything.
  /// nullptr if it is too small or not aligned. There is no destructor to call.
  static Reassembly* create(const ReassemblyConfig& config, std::span<std::byte> memory);

  /// Can this packet be a fragment? All others need not be shown to `take`.
  static bool concerns(const Packet& packet) {
    return packet.headers.fragment() || packet.fragment_header;
  }

  /// Takes a packet: `ip` from its IP header to its end, and what `read_ip` or `read_frame` say of
  /// it. A fragment of which the capture does not hold all bytes is dropped (`cut_short`).
  /// REQUIRES: room.size() >= kRoom
  Reassembled take(std::span<const std::uint8_t> ip, const Packet& packet, Zone zone,
                   Nanoseconds now, std::span<std::uint8_t> room);

  /// Forgets datagrams whose time ran out, up to 64. True when none is left that is due.
  bool expire(Nanoseconds now);

  ReassemblyCounters counters() const;

  Reassembly(const Reassembly&) = delete;
  Reassembly& operator=(const Reassembly&) = delete;

 protected:
  Reassembly() = default;
};

}  // namespace statewall
