#include <algorithm>
#include <cstddef>

#include "track/protocol.h"
#include "track/tcp_kept.h"
#include "track/tcp_passage.h"

// TCP as the kernels in use follow it (spec E.1): a state machine of flags and direction, the
// windows of both sides (tcp_passage.h), and exceptions for what real hosts do.

namespace statewall {
namespace {

using enum TcpState;

// What else than a state the table holds.
constexpr TcpState IG{0xfe};  // ignored: let through, and nothing changes
constexpr TcpState IV{0xff};  // INVALID

// clang-format off
constexpr TcpState kNext[2][kTcpEvents][kTcpStates] = {
    {   // original direction
        // before:    none         established  syn_sent   syn_recv     fin_wait    time_wait  close     close_wait  last_ack   syn_sent2
        /* nothing */ {IV,          IV,          IV,        IV,          IV,         IV,        IV,       IV,         IV,        IV},
        /* syn     */ {syn_sent,    IG,          syn_sent,  IG,          IG,         syn_sent,  syn_sent, IG,         IG,        syn_sent2},
        /* syn_ack */ {IV,          IV,          IV,        syn_recv,    IV,         IV,        IV,       IV,         IV,        syn_recv},
        /* fin     */ {IV,          fin_wait,    IV,        fin_wait,    last_ack,   time_wait, close,    last_ack,   last_ack,  IV},
        /* ack     */ {established, established, IV,        established, close_wait, time_wait, close,    close_wait, time_wait, IV},
        /* rst     */ {IV,          close,       close,     close,       close,      close,     close,    close,      close,     close},
    },
    {   // reply direction
        /* nothing */ {IV,          IV,          IV,        IV,          IV,         IV,        IV,       IV,         IV,        IV},
        /* syn     */ {IV,          IV,          syn_sent2, IV,          IV,         syn_sent,  IV,       IV,         IV,        syn_sent2},
        /* syn_ack */ {IV,          IG,          syn_recv,  IG,          IG,         IG,        IG,       IG,         IG,        syn_recv},
        /* fin     */ {IV,          fin_wait,    IV,        fin_wait,    last_ack,   time_wait, close,    last_ack,   last_ack,  IV},
        /* ack     */ {IV,          established, IG,        syn_recv,    close_wait, time_wait, close,    close_wait, time_wait, IG},
        /* rst     */ {IV,          close,       close,     close,       close,      close,     close,    close,      close,     close},
    },
};

constexpr std::uint32_t Profile::*kTimeouts[kTcpStates] = {
    nullptr,  // none: the first packet leaves it
    &Profile::tcp_timeout_established, &Profile::tcp_timeout_syn_sent,
    &Profile::tcp_timeout_syn_recv,    &Profile::tcp_timeout_fin_wait,
    &Profile::tcp_timeout_time_wait,   &Profile::tcp_timeout_close,
    &Profile::tcp_timeout_close_wait,  &Profile::tcp_timeout_last_ack,
    &Profile::tcp_timeout_syn_sent2,
};
// clang-format on

/// Flags that a host sends together (E2); PSH, ECE and CWR may stand beside any.
bool flags_possible(std::uint8_t flags) {
  using namespace tcp_flag;
  switch (flags & (syn | ack | fin | rst | urg)) {
    case syn:
    case syn | urg:
    case syn | ack:
    case rst:
    case rst | ack:
    case fin | ack:
    case fin | ack | urg:
    case ack:
    case ack | urg: return true;
    default: return false;
  }
}

/// Is a connection in this state over, or nearly?
bool closing(TcpState state) {
  return state == fin_wait || state == close_wait || state == last_ack || state == time_wait ||
         state == close;
}

/// One segment of a known connection.
class Step {
 public:
  Step(Record& record, const Arrival& arrival)
      : record_(record),
        tcp_(record.tcp),
        arrival_(arrival),
        profile_(arrival.profile),
        way_(arrival.direction == Direction::reply ? 1 : 0),
        segment_(segment_of(arrival.packet.tcp)),
        before_(tcp_.state),
        after_(kNext[way_][index(segment_.event)][static_cast<std::size_t>(before_)]) {}

  /// Data, or an ACK, of an established connection: so are most segments by far.
  bool goes_on() const {
    return before_ == established && after_ == established && segment_.event == TcpEvent::ack;
  }

  /// The windows, and what it changes. Calls nothing where all is well, so that the Step of a
  /// segment that `goes_on` stays in registers.
  [[gnu::always_inline]] Judgement pass() {
    const WindowVerdict verdict =
        WindowPassage(tcp_, way_, segment_, arrival_.packet.tcp, profile_).run();
    return verdict.standing == Standing::inside ? counted()
                                                : not_inside(record_, arrival_, verdict);
  }

  /// Any segment.
  Judgement run() {
    if (after_ == syn_sent && closed(before_)) {
      if (may_reopen()) return reopening();
      after_ = IG;
    }
    if (after_ == IG) {
      if (!answers_ignored_syn()) return ignore();
      resynchronize();
    }
    if (after_ == IV) return Judgement::refuse(Reason::tcp_out_of_state);
    if (is_challenge_ack()) {
      tcp_.last_traits &= static_cast<std::uint8_t>(~tcp_trait::challenge_expected);
      return unchanged();
    }
    if (after_ == syn_sent2) tcp_.last_traits |= tcp_trait::both_opened;
    if (after_ == syn_recv && way_ == 1 && segment_.event == TcpEvent::ack &&
        (tcp_.last_traits & tcp_trait::both_opened) != 0) {
      after_ = established;
    }

    bool windows = true;
    if (after_ == close && segment_.event == TcpEvent::rst) {
      if (rst_refused(windows)) return Judgement::refuse(Reason::tcp_rst_below);
    }
    return windows ? pass() : counted();
  }

 private:
  static std::size_t index(TcpEvent event) { return static_cast<std::size_t>(event); }
  static bool closed(TcpState state) { return state == time_wait || state == close; }

  /// Let through, without any change.
  static Judgement unchanged() {
    Judgement judgement;
    judgement.counts = false;
    return judgement;
  }

  static Judgement reopening() {
    Judgement judgement;
    judgement.reopens = true;
    return judgement;
  }

  /// E1.
  bool may_reopen() const {
    const bool began = ((tcp_.traits[0] | tcp_.traits[1]) & tcp_trait::closing) != 0;
    return began || (tcp_.last_direction == way_ && tcp_.last_event == index(TcpEvent::rst));
  }

  /// A SYN/ACK that acknowledges exactly the SYN that was ignored: both sides begin anew, and the
  /// firewall was the only one that did not know (E10).
  bool answers_ignored_syn() const {
    return segment_.event == TcpEvent::syn_ack && tcp_.last_event == index(TcpEvent::syn) &&
           tcp_.last_direction != way_ && segment_.ack == tcp_.last_end;
  }

  void resynchronize() {
    const unsigned opener = tcp_.last_direction;
    before_ = syn_sent;
    after_ = syn_recv;
    tcp_.last_traits &= static_cast<std::uint8_t>(~tcp_trait::challenge_expected);
    TcpPart::Side& side = tcp_.sides[opener];
    side.end = side.max_end = tcp_.last_end;
    side.max_window = std::max<std::uint32_t>(tcp_.last_window, 1);
    tcp_.scale[opener] = tcp_.last_scale;
    tcp_.traits[opener] = tcp_.last_traits;
    // The answering side begins with this segment; all it keeps is whether it was picked up (E4).
    tcp_.sides[way_] = {};
    tcp_.scale[way_] = 0;
    tcp_.traits[way_] &= tcp_trait::liberal;
  }

  /// What does not fit may still prove right: it is noted (E10).
  Judgement ignore() {
    tcp_.last_event = static_cast<std::uint8_t>(index(segment_.event));
    tcp_.last_direction = static_cast<std::uint8_t>(way_);
    tcp_.last_sequence = segment_.sequence;
    tcp_.last_end = segment_.end;
    tcp_.last_window = segment_.window;
    if (segment_.event == TcpEvent::syn) {
      TcpPart::Side side;
      tcp_.last_traits = 0;
      begin_side(side, tcp_.last_scale, tcp_.last_traits, segment_.end, segment_.window,
                 arrival_.packet.tcp);
      if (before_ == last_ack) tcp_.last_traits |= tcp_trait::challenge_expected;
    }
    // An ACK for a SYN may be a challenge; an RST may answer it.
    if (before_ == syn_sent && segment_.event == TcpEvent::ack && way_ == 1) {
      tcp_.last_ack = segment_.ack;
    }
    return unchanged();
  }

  /// The answer to a SYN that came in LAST_ACK, which acknowledges no FIN (E10).
  bool is_challenge_ack() const {
    return after_ == time_wait && before_ == last_ack && segment_.event == TcpEvent::ack &&
           tcp_.last_direction != way_ && tcp_.last_event == index(TcpEvent::syn) &&
           (tcp_.last_traits & tcp_trait::challenge_expected) != 0;
  }

  bool assured_and_established() const {
    return tcp_.state == established && record_.has(status::assured);
  }

  /// E7. True where the RST is INVALID. `windows` is whether it is held against them, and where it
  /// only may be right the connection stays as it is.
  bool rst_refused(bool& windows) {
    windows = !closing(before_);
    if (!windows) return false;
    const unsigned peer = 1 - way_;
    const bool known = (tcp_.traits[peer] & tcp_trait::max_ack_known) != 0;
    if (known && tcp_.last_event != index(TcpEvent::syn)) {
      const std::uint32_t expected = tcp_.sides[peer].max_ack;
      // It may answer a SYN that was let through.
      if (segment_.sequence == 0 && !assured_and_established()) return false;
      if (before(segment_.sequence, expected) && profile_.tcp_ignore_invalid_rst == 0) return true;
      if (!assured_and_established() || segment_.sequence == expected) return false;
      const bool continues = tcp_.last_event == index(TcpEvent::ack) &&
                             tcp_.last_direction == way_ && segment_.sequence == tcp_.last_end;
      if (continues) return false;
      after_ = before_;
    }
    const bool to_syn = record_.has(status::seen_reply) && tcp_.last_event == index(TcpEvent::syn);
    const bool to_ack = !record_.has(status::assured) && tcp_.last_event == index(TcpEvent::ack);
    const bool answers = segment_.ack == tcp_.last_end;
    if (((to_syn && tcp_.last_direction != way_) || to_ack) && answers) windows = false;
    // It may answer a challenge, which answered a SYN.
    const bool challenged = tcp_.last_event == index(TcpEvent::ack) && tcp_.last_direction == 1;
    if (before_ == syn_sent && challenged && segment_.sequence == tcp_.last_ack) windows = false;
    return false;
  }

  /// INVALID by its numbers. FINs or RSTs of both sides, one after the other, show that it is the
  /// firewall that has lost track: the connection shall not stay for days (E22).
  Judgement outside(Reason reason) {
    Judgement judgement = Judgement::refuse(reason);
    const bool ends = segment_.event == TcpEvent::fin || segment_.event == TcpEvent::rst;
    if (!record_.has(status::assured) || !ends) return judgement;
    const bool other_ended =
        tcp_.last_direction != way_ &&
        (tcp_.last_event == index(TcpEvent::fin) || tcp_.last_event == index(TcpEvent::rst));
    if (!other_ended) {
      remember();
      return judgement;
    }
    constexpr std::int32_t kShort = 120 * 1000;
    const std::uint32_t deadline = record_.deadline.load(std::memory_order_relaxed);
    const auto left = static_cast<std::int32_t>(deadline - arrival_.now);
    const std::uint32_t lower = profile_.tcp_timeout_unacknowledged;
    if (left >= kShort && left > std::int64_t{lower} * 1000) judgement.timeout = lower;
    return judgement;
  }

  /// A segment that the windows do not take.
  [[gnu::noinline]] static Judgement not_inside(Record& record, const Arrival& arrival,
                                                WindowVerdict verdict) {
    if (verdict.standing == Standing::ignored) return unchanged();
    return Step(record, arrival).outside(verdict.reason);
  }

  void remember() {
    tcp_.last_event = static_cast<std::uint8_t>(index(segment_.event));
    tcp_.last_direction = static_cast<std::uint8_t>(way_);
  }

  Judgement counted() {
    remember();
    tcp_.state = after_;
    if (before_ != after_ && after_ == fin_wait) tcp_.traits[way_] |= tcp_trait::closing;

    Judgement judgement;
    std::uint32_t timeout = timeout_after();
    if (!record_.has(status::seen_reply)) {
      if (segment_.event == TcpEvent::rst) {
        judgement.effect.ends = DestroyCause::reset;  // E6
        return judgement;
      }
      const bool again = segment_.event == TcpEvent::syn && before_ == syn_sent;
      if (again && profile_.tcp_syn_refreshes == 0) {  // D28
        judgement.counts = false;
        return judgement;
      }
      if (after_ == established) timeout = std::min(timeout, profile_.tcp_timeout_unacknowledged);
    } else if ((before_ == syn_recv || before_ == established) && after_ == established) {
      record_.set(status::assured);  // E5
    }
    judgement.timeout = timeout;
    return judgement;
  }

  /// E8, E11.
  std::uint32_t timeout_after() const {
    const std::uint32_t usual = profile_.*kTimeouts[static_cast<std::size_t>(after_)];
    const std::uint32_t repeating = std::min(usual, profile_.tcp_timeout_max_retrans);
    const bool repeats = (tcp_.repetitions >= profile_.tcp_max_retrans) & (repeating < usual);
    if (segment_.event == TcpEvent::rst) {
      const bool closes = profile_.tcp_inexact_rst_closes != 0 && !repeats;
      return closes ? profile_.tcp_timeout_close : repeating;
    }
    // Data and their ACK in turn, repeated or not: no branch depends on it.
    const bool waits = ((tcp_.traits[0] | tcp_.traits[1]) & tcp_trait::unacknowledged) != 0;
    const std::uint32_t waiting = profile_.tcp_timeout_unacknowledged;
    const bool sooner = waits & (usual > waiting);
    const std::uint32_t otherwise = tcp_.last_window == 0 ? repeating : usual;
    const std::uint32_t once = sooner ? waiting : otherwise;
    return repeats ? repeating : once;
  }

  Record& record_;
  TcpPart& tcp_;
  const Arrival& arrival_;
  const Profile& profile_;
  const unsigned way_;
  const Segment segment_;
  TcpState before_;
  TcpState after_;
};

/// Kept apart from the way that most segments take.
[[gnu::noinline]] Judgement run_step(Record& record, const Arrival& arrival) {
  return Step(record, arrival).run();
}

Judgement first(Record& record, const Arrival& arrival) {
  const TcpHeader& header = arrival.packet.tcp;
  if (!flags_possible(header.flags)) return Judgement::refuse(Reason::tcp_flags_wrong);
  const Segment segment = segment_of(header);
  const bool opens = segment.event == TcpEvent::syn;
  if (!opens && segment.event != TcpEvent::ack) return Judgement::refuse(Reason::tcp_cannot_open);
  if (!opens && arrival.profile.tcp_loose == 0) {
    return Judgement::refuse(Reason::tcp_not_picked_up);
  }
  record.tcp = {};
  TcpPart::Side& side = record.tcp.sides[0];
  begin_side(side, record.tcp.scale[0], record.tcp.traits[0], segment.end, segment.window, header);
  if (!opens) {
    // What the handshake said is not known, scaling above all (E4).
    side.max_end += side.max_window;
    record.tcp.scale[0] = 0;
    record.tcp.traits[0] = record.tcp.traits[1] = tcp_trait::sack_permitted | tcp_trait::liberal;
  }
  Judgement judgement = run_step(record, arrival);
  judgement.opens = opens ? Reason::opens_syn : Reason::opens_midstream;
  return judgement;
}

Judgement next(Record& record, const Arrival& arrival) {
  if (!flags_possible(arrival.packet.tcp.flags)) {
    return Judgement::refuse(Reason::tcp_flags_wrong);
  }
  Step step(record, arrival);
  return step.goes_on() ? step.pass() : run_step(record, arrival);
}

void save(const Record& record, const Keeping&, SavedConnection& saved) {
  saved.kept = KeptPart::tcp_windows;
  saved.tcp = kept_of(record.tcp);
}

bool restore(Record& record, const Keeping&, const SavedConnection& saved) {
  const TcpState state = saved.connection.tcp_state;
  if (state == none || static_cast<int>(state) >= kTcpStates) return false;
  const bool known = saved.kept == KeptPart::tcp_windows;
  if (known && !possible(saved.tcp)) return false;
  record.tcp = known ? part_of(saved.tcp) : midstream_part(closing(state));
  record.tcp.state = state;
  return true;
}

}  // namespace

const ProtocolTracker kTcpTracker{first, next, save, restore};

bool on_its_way(const TcpPart& tcp, Direction direction, std::uint32_t sequence) {
  const unsigned way = direction == Direction::reply ? 1 : 0;
  const TcpPart::Side& sender = tcp.sides[way];
  const TcpPart::Side& receiver = tcp.sides[1 - way];
  const bool known = (tcp.traits[1 - way] & tcp_trait::max_ack_known) != 0;
  const std::uint32_t oldest =
      known ? receiver.max_ack : sender.end - std::max<std::uint32_t>(receiver.max_window, 1);
  return !before(sequence, oldest) && before(sequence, sender.end);
}

}  // namespace statewall
