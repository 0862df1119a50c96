#pragma once

#include <algorithm>
#include <cstdint>

#include "track/tcp_window.h"

// A segment before the windows of a TCP connection (spec E.2). In a header, and without a call on
// the way that most segments take, so that a compiler keeps what it works with in registers.

namespace statewall {

/// Holds one segment against the windows of its connection, and lets them move with it. `way` is 0
/// for the original direction, 1 for reply.
class WindowPassage {
 public:
  WindowPassage(TcpPart& tcp, unsigned way, const Segment& segment, const TcpHeader& header,
                const Profile& profile)
      : tcp_(tcp),
        way_(way),
        s_{segment.event, segment.sequence, segment.end,  segment.ack,
           segment.sack,  segment.window,   segment.flags},
        header_(header),
        liberal_(profile.tcp_be_liberal != 0 || (tcp.traits[way] & tcp_trait::liberal) != 0),
        sender_(tcp.sides[way]),
        receiver_(tcp.sides[1 - way]) {}

  [[gnu::always_inline]] WindowVerdict run() {
    if ((tcp_.traits[1 - way_] & tcp_trait::sack_permitted) == 0) s_.sack = s_.ack;
    if (settled_by_start()) return {};
    complete();

    if (!before(s_.sequence, sender_.max_end + 1)) return above_window();
    if (!before(s_.sack, receiver_.end + 1)) return outside(Reason::tcp_ack_above);
    if (!reaches_window() || !recent_ack()) return ignored();
    move();
    count_repetition();
    return {};
  }

 private:
  static constexpr std::uint32_t kLeastAckWindow = 66000;  // E18

  static constexpr bool after(std::uint32_t a, std::uint32_t b) { return before(b, a); }

  /// What refuses a segment lets it through where windows are not held against it (E21).
  WindowVerdict outside(Reason reason) const {
    if (liberal_) return {};
    return {Standing::outside, reason};
  }
  WindowVerdict ignored() const {
    if (liberal_) return {};
    return {Standing::ignored, {}};
  }

  /// The first that is seen of a side, or its first again (E14, E15). True where nothing is left to
  /// be held against it: an opening without ACK.
  bool settled_by_start() {
    const bool syn = s_.has(tcp_flag::syn);
    if (sender_.max_window == 0) {
      if (!syn) {
        pick_up();
        return false;
      }
      begin();
      return !s_.has(tcp_flag::ack);
    }
    const bool opening = tcp_.state == TcpState::syn_sent || tcp_.state == TcpState::syn_recv;
    if (!syn || !opening || !after(s_.end, sender_.end)) return false;
    begin();
    return way_ == 1 && !s_.has(tcp_flag::ack);
  }

  void begin() {
    begin_side(sender_, tcp_.scale[way_], tcp_.traits[way_], s_.end, s_.window, header_);
    // Both must offer it (RFC 7323 2.2).
    const std::uint8_t both = tcp_.traits[0] & tcp_.traits[1];
    if (way_ == 1 && (both & tcp_trait::scales) == 0) tcp_.scale[0] = tcp_.scale[1] = 0;
  }

  void pick_up() {
    const std::uint32_t window = std::uint32_t{s_.window} << tcp_.scale[way_];
    sender_.end = s_.end;
    sender_.max_window = std::max(window, 1u);
    sender_.max_end = s_.end + sender_.max_window;
    if (receiver_.max_window == 0) {
      receiver_.end = receiver_.max_end = s_.sack;
    } else if (s_.sack == receiver_.end + 1) {
      ++receiver_.end;  // the answer to a keep-alive
    }
  }

  /// Numbers that a segment leaves open (E15).
  void complete() {
    const bool ack = s_.has(tcp_flag::ack);
    if (!ack || (s_.has(tcp_flag::rst) && s_.ack == 0)) s_.ack = s_.sack = receiver_.end;
    if (s_.has(tcp_flag::rst) && s_.sequence == 0 && tcp_.state == TcpState::syn_sent) {
      s_.sequence = s_.end = sender_.end;
    }
  }

  bool reaches_window() const {
    return receiver_.max_window == 0 || after(s_.end, sender_.end - receiver_.max_window - 1);
  }

  bool recent_ack() const {
    const std::uint32_t window = std::max(kLeastAckWindow, sender_.max_window);
    return after(s_.sack, receiver_.end - window - 1);
  }

  /// (I) fails: forgiven where only the window was a little overshot (E16).
  WindowVerdict above_window() {
    const std::uint32_t overshot = s_.end - sender_.max_end + 1;
    const bool modest = receiver_.max_window != 0 && reaches_window() && recent_ack() &&
                        overshot <= receiver_.max_window && before(s_.sack, receiver_.end + 1);
    if (!modest) return outside(Reason::tcp_sequence_above);
    sender_.end = s_.end;
    tcp_.traits[way_] |= tcp_trait::unacknowledged;
    return ignored();
  }

  void move() {
    std::uint32_t window = s_.window;
    if (!s_.has(tcp_flag::syn)) window <<= tcp_.scale[way_];
    sender_.max_window = std::max(sender_.max_window, window + (s_.sack - s_.ack));
    std::uint8_t& traits = tcp_.traits[way_];
    if (after(s_.end, sender_.end)) {
      sender_.end = s_.end;
      traits |= tcp_trait::unacknowledged;
    }
    if (s_.has(tcp_flag::ack)) {
      const bool known = (traits & tcp_trait::max_ack_known) != 0;
      if (!known || after(s_.ack, sender_.max_ack)) sender_.max_ack = s_.ack;
      traits |= tcp_trait::max_ack_known;
    }
    if (receiver_.max_window != 0 && after(s_.end, sender_.max_end)) {
      receiver_.max_window += s_.end - sender_.max_end;
    }
    if (after(s_.sack + window, receiver_.max_end - 1)) {
      receiver_.max_end = s_.sack + window + (window == 0 ? 1 : 0);
    }
    const std::uint8_t all = s_.ack == receiver_.end ? tcp_trait::unacknowledged : std::uint8_t{0};
    tcp_.traits[1 - way_] &= static_cast<std::uint8_t>(~all);
  }

  /// The same ACK segment again and again (E20). Which side sent no processor can guess: no branch
  /// depends on it.
  void count_repetition() {
    if (s_.event != TcpEvent::ack) return;
    const std::uint32_t differ = (tcp_.last_direction ^ way_) | (tcp_.last_sequence ^ s_.sequence) |
                                 (tcp_.last_ack ^ s_.ack) | (tcp_.last_end ^ s_.end) |
                                 (std::uint32_t{tcp_.last_window} ^ s_.window);
    const unsigned again = differ == 0 ? ~0U : 0U;
    tcp_.repetitions = static_cast<std::uint8_t>((tcp_.repetitions + 1U) & again);
    tcp_.last_direction = static_cast<std::uint8_t>(way_);
    tcp_.last_sequence = s_.sequence;
    tcp_.last_ack = s_.ack;
    tcp_.last_end = s_.end;
    tcp_.last_window = s_.window;
  }

  TcpPart& tcp_;
  const unsigned way_;
  Segment s_;  ///< field by field: a copy of the whole would keep it in memory
  const TcpHeader& header_;
  const bool liberal_;
  TcpPart::Side& sender_;
  TcpPart::Side& receiver_;
};

}  // namespace statewall
