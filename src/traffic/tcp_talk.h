#pragma once

#include <array>
#include <deque>
#include <optional>

#include "traffic/draft.h"

namespace statewall {

/// One TCP conversation that goes on and on: it opens, sends, closes or is reset, and opens anew,
/// often with the same ports. Both ends play it right most of the time, so that it gets deep. Each
/// is remembered with what a tracker would know of it, to place segments at the edges of windows.
class TcpTalk {
 public:
  /// `wrong` and `ipv6`: how many per mille of the segments, of the conversations.
  TcpTalk(Random& random, std::uint32_t wrong, std::uint32_t ipv6);

  Draft next(Random& random);

 private:
  enum class Phase : std::uint8_t { closed, syn_sent, syn_received, open, over };

  struct Side {
    std::uint32_t first = 0;  ///< sequence number of its SYN
    std::uint32_t next = 0;   ///< of what it sends next
    std::uint16_t window = 65535;
    std::uint8_t scale = 0;
    bool offers_scale = false;
    bool offers_sack = false;
    bool finished = false;
    // What a tracker knows: the highest sequence number sent and allowed, the widest window
    // offered, the highest acknowledgement.
    std::uint32_t end = 0;
    std::uint32_t limit = 0;
    std::uint32_t widest = 1;
    std::uint32_t acknowledged = 0;
  };

  struct Segment {
    std::size_t from = 0;
    std::uint8_t flags = 0;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgement = 0;
    std::uint16_t window = 0;
    std::uint16_t urgent = 0;
    std::uint32_t length = 0;
    Octets options = {};
    bool told = true;                         ///< the ends go on from it
    std::optional<std::uint8_t> offset = {};  ///< data offset, where it is not as it should be

    std::uint32_t end() const;
  };

  void begin(Random& random);
  void again(Random& random);
  void open_side(Random& random, std::size_t index);

  /// What a host would send now.
  Segment honest(Random& random);
  Segment opening(Random& random);
  Segment talking(Random& random);
  Segment late(Random& random);
  void challenge(std::size_t from, Random& random);
  void resume(const Segment& syn, const Segment& accepted);

  Segment segment(std::size_t from, std::uint8_t flags, std::uint32_t length = 0) const;
  Segment syn(std::size_t from, std::uint8_t flags, Random& random) const;
  void commit(const Segment& segment);
  /// As much of this length as the peer's window has room for.
  std::uint32_t fitting(std::size_t from, std::uint32_t length) const;

  /// One detail of it made wrong.
  void spoil(Segment& segment, Random& random) const;
  std::uint32_t sequence_edge(std::size_t from, Random& random) const;
  std::uint32_t acknowledgement_edge(std::size_t from, Random& random) const;
  Draft write(const Segment& segment, Random& random) const;

  std::uint32_t wrong_;
  std::uint32_t ipv6_;
  Ends ends_;
  std::array<std::uint16_t, 2> ports_{};
  std::array<Side, 2> sides_;
  Phase phase_ = Phase::closed;
  std::deque<Segment> plan_;  ///< what comes next, whatever happens
};

}  // namespace statewall
