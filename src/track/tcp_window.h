#pragma once

#include <array>
#include <cstdint>

#include "statewall/packet.h"
#include "statewall/profile.h"
#include "statewall/reason.h"
#include "track/record.h"

// The windows of a TCP connection (spec E.2): which sequence and ACK numbers its two sides may use,
// by what each of them has said.

namespace statewall {

/// What a segment is to the state machine: of several flags the first of these that is set; a
/// SYN/ACK is an event of its own.
enum class TcpEvent : std::uint8_t { nothing, syn, syn_ack, fin, ack, rst };
inline constexpr int kTcpEvents = 6;

inline constexpr std::uint8_t kMaxScale = 14;  // of windows (RFC 7323 2.3)

/// Traits of a side, kept in `TcpPart::traits`, and of an ignored SYN, in `TcpPart::last_traits`.
namespace tcp_trait {
inline constexpr std::uint8_t scales = 1;             ///< it offered window scaling
inline constexpr std::uint8_t sack_permitted = 2;     ///< it takes SACK
inline constexpr std::uint8_t closing = 4;            ///< it began to close (E1)
inline constexpr std::uint8_t liberal = 8;            ///< its window is not held against it (E4)
inline constexpr std::uint8_t unacknowledged = 0x10;  ///< data of it waits for an ACK (E11)
inline constexpr std::uint8_t max_ack_known = 0x20;
inline constexpr std::uint8_t challenge_expected = 0x40;  ///< the next ACK may be a challenge (E10)
inline constexpr std::uint8_t both_opened = 0x80;         ///< SYNs came from both sides (E9)
}  // namespace tcp_trait

/// A segment as the windows see it.
struct Segment {
  TcpEvent event = TcpEvent::nothing;
  std::uint32_t sequence = 0;
  std::uint32_t end = 0;  ///< behind its payload, SYN and FIN counted
  std::uint32_t ack = 0;
  std::uint32_t sack = 0;  ///< the ACK number, or the highest edge of its SACK blocks
  std::uint16_t window = 0;
  std::uint8_t flags = 0;

  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

namespace internal {
constexpr TcpEvent tcp_event_of(std::uint8_t flags) {
  if ((flags & tcp_flag::rst) != 0) return TcpEvent::rst;
  const bool ack = (flags & tcp_flag::ack) != 0;
  if ((flags & tcp_flag::syn) != 0) return ack ? TcpEvent::syn_ack : TcpEvent::syn;
  if ((flags & tcp_flag::fin) != 0) return TcpEvent::fin;
  return ack ? TcpEvent::ack : TcpEvent::nothing;
}

/// By flags.
inline constexpr auto kTcpEventTable = [] {
  std::array<TcpEvent, 256> events{};
  for (unsigned flags = 0; flags < events.size(); ++flags) {
    events[flags] = tcp_event_of(static_cast<std::uint8_t>(flags));
  }
  return events;
}();
}  // namespace internal

inline Segment segment_of(const TcpHeader& header) {
  static_assert(tcp_flag::fin == 1 && tcp_flag::syn == 2, "each counts as a byte");
  Segment segment;
  segment.event = internal::kTcpEventTable[header.flags];
  segment.flags = header.flags;
  segment.sequence = header.sequence;
  segment.end =
      header.sequence + header.payload_length + (header.flags >> 1 & 1U) + (header.flags & 1U);
  segment.ack = header.acknowledgement;
  segment.sack = header.sack_right;
  segment.window = header.window;
  return segment;
}

/// Is `a` before `b`, as sequence numbers go round?
constexpr bool before(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) < 0;
}

/// Takes a side's first SYN or SYN/ACK: where its numbers begin, `end` behind the segment, and what
/// its options offer.
void begin_side(TcpPart::Side& side, std::uint8_t& scale, std::uint8_t& traits, std::uint32_t end,
                std::uint16_t window, const TcpHeader& header);

/// How a segment stands to the windows.
enum class Standing : std::uint8_t {
  inside,   ///< it counts
  ignored,  ///< old, or a little too far: it passes and changes nothing (E16, E18)
  outside   ///< INVALID, for the reason beside
};
struct WindowVerdict {
  Standing standing = Standing::inside;
  Reason reason = Reason::tcp_out_of_state;
};

}  // namespace statewall
