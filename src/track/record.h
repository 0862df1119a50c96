#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "statewall/connection.h"
#include "statewall/tracker.h"

// The record of one connection: two cache lines, in an array that is touched only as far as it was
// ever needed. A record is named by its slot, its index in that array.
//
// Its life, and who may touch it:
//
//   free         on a free list, linked by `wheel_next`. Belongs to whom the list belongs to.
//   unconfirmed  taken by a tracker for the packet under way. Belongs to that tracker alone.
//   confirmed    in a bucket and on the wheel of tracker `worker`. Changes only under the lock of
//                its bucket (the bucket of its key's hash). The wheel's links change only under the
//                lock of that wheel. `deadline`, `filed`, `mark`, `status`, `worker`, `number` and
//                the links are atomics because others peek at them before they hold the right lock;
//                what they see there is a hint that they check again under it.
//   dying        taken out of bucket and wheel, within one hold of the bucket's lock; free at once.
//
// Being on a wheel means being alive: a record leaves its wheel before it is freed, and `worker`
// says on whose it is. It is set under the lock of the wheel that the record goes to, and unset
// under the lock of the one that it leaves. So who holds the lock of the wheel that `worker` names
// may read the record's key, and with it find and lock the bucket; there the slot and the number
// tell whether it is still the same connection (see table_state.h, `locate`).
//
// Lock order: bucket, then wheel or pool. Nobody holds two buckets; when a connection gets a second
// key (for translated replies), the lower bucket is locked first.

namespace statewall {

inline constexpr std::uint32_t kNoSlot = 0xffffffff;
inline constexpr std::uint8_t kNobody = 0xff;

/// A bit of `Record::status` beside those that are told: early drop may take the connection though
/// it is ASSURED (see `note_closing`).
inline constexpr std::uint8_t kClosing = 0x80;

/// A number that belongs to one thread at a time, and that others may peek at.
class Peeked {
 public:
  operator std::uint32_t() const { return value_.load(std::memory_order_relaxed); }
  void operator=(std::uint32_t value) { value_.store(value, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> value_{0};
};

/// ICMP queries: what is on its way (A25, T9).
struct IcmpPart {
  std::uint32_t open;    ///< queries not yet answered
  std::uint16_t newest;  ///< sequence number of the newest query, by serial arithmetic
};

struct UdpPart {
  std::uint32_t
      stream_from;  ///< the moment, as deadlines are kept, from which it is a stream (D24)
};

/// TCP by flags alone.
struct TcpFlagsPart {
  TcpState state;
  bool syn_ack_seen;            ///< then the next is known:
  std::uint32_t handshake_ack;  ///< the ACK number that answers the SYN/ACK (E24)
};

/// TCP by states and windows. `state` stands where it does in TcpFlagsPart, so that either may be
/// asked for it.
struct TcpPart {
  TcpState state;
  std::uint8_t last_event;      ///< kind of the last segment that counted
  std::uint8_t last_direction;  ///< ... 0 original, 1 reply
  std::uint8_t repetitions;     ///< of one ACK segment (E20)
  /// What a side has sent and may send, original first (E13-E19).
  struct Side {
    std::uint32_t end;         ///< behind the highest byte that it sent
    std::uint32_t max_end;     ///< behind the highest that its peer allows
    std::uint32_t max_window;  ///< the largest window that it offered, scaled; 0: nothing is known
    std::uint32_t max_ack;     ///< the highest ACK that it sent, if known
  } sides[2];
  std::uint32_t last_sequence;
  std::uint32_t last_ack;
  std::uint32_t last_end;
  std::uint16_t last_window;  ///< unscaled
  std::uint8_t last_scale;    ///< of a SYN that changed nothing (E10)
  std::uint8_t last_traits;   ///< ... and its other traits
  std::uint8_t scale[2];
  std::uint8_t traits[2];
};

struct SctpPart {
  SctpState state;
  bool heartbeat_failed;  ///< the last heartbeat had another tag, which its answer may confirm
  std::uint8_t last_way;  ///< ... 0 original, 1 reply
  bool init_seen[2];      ///< an INIT with a tag of its own is under way
  std::uint32_t tags[2];  ///< verification tags that the packets of each direction carry; 0 unknown
};

struct alignas(64) Record {
  // The first line: all that a lookup and a refresh need.
  FlowKey key;
  std::atomic<std::uint32_t> deadline;  ///< ms since the table's epoch, modulo 2^32
  Peeked wheel_next;
  Peeked wheel_prev;
  std::atomic<std::uint32_t> mark;
  std::atomic<std::uint32_t> filed;  ///< the deadline by which it was put on the wheel
  std::atomic<std::uint8_t> status;
  std::atomic<std::uint8_t> worker;  ///< the tracker on whose wheel it is, or kNobody
  bool
      original_from_second;  ///< the original direction goes from the key's second end to its first
  std::uint8_t event_sequence;

  // The second line: what the protocol needs.
  std::atomic<std::uint64_t> number;
  union {
    IcmpPart icmp;
    UdpPart udp;
    TcpFlagsPart tcp_flags;
    TcpPart tcp;
    SctpPart sctp;
    std::byte room[56];
  };

  /// The status as it is told.
  std::uint8_t told_status() const {
    return status.load(std::memory_order_relaxed) & static_cast<std::uint8_t>(~kClosing);
  }
  bool has(std::uint8_t bit) const { return (status.load(std::memory_order_relaxed) & bit) != 0; }
  void set(std::uint8_t bit, bool on = true) {
    const std::uint8_t before = status.load(std::memory_order_relaxed);
    status.store(static_cast<std::uint8_t>(on ? before | bit : before & ~bit),
                 std::memory_order_relaxed);
  }
};
static_assert(sizeof(Record) == 128);
static_assert(offsetof(Record, number) == 64);

/// Did `deadline` pass at `now`? Both in milliseconds modulo 2^32, less than 2^31 apart.
constexpr bool passed(std::uint32_t deadline, std::uint32_t now) {
  return static_cast<std::int32_t>(deadline - now) <= 0;
}

}  // namespace statewall
