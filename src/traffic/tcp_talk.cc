#include "traffic/tcp_talk.h"

#include <algorithm>
#include <utility>

#include "statewall/packet.h"
#include "traffic/ip_writer.h"
#include "traffic/tcp_options.h"

namespace statewall {
namespace {

using namespace tcp_flag;

constexpr std::uint8_t kMostScale = 14;
constexpr std::uint32_t kAckReach = 66000;  // how far back an ACK may be (E18)
constexpr std::size_t kHeader = 20, kChecksumAt = 16;

bool before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

// Some wrap around at once, some between the signs.
std::uint32_t first_sequence(Random& random) {
  constexpr std::uint32_t kFirst[] = {0, 1, 0xffffffff, 0xfffffff0, 0x7ffffff0, 0x80000000, 1000};
  return random.one_in(3) ? random.of(kFirst) : random.u32();
}

std::uint16_t window(Random& random) {
  constexpr std::uint16_t kWindows[] = {65535, 65535, 8192, 1000, 502, 100, 1};
  return random.of(kWindows);
}

std::uint32_t length(Random& random) {
  constexpr std::uint32_t kLengths[] = {1, 1, 10, 100, 100, 500, 536, 1000};
  return random.of(kLengths);
}

}  // namespace

std::uint32_t TcpTalk::Segment::end() const {
  return sequence + length + ((flags & tcp_flag::syn) != 0) + ((flags & fin) != 0);
}

TcpTalk::TcpTalk(Random& random, std::uint32_t wrong, std::uint32_t ipv6)
    : wrong_(wrong), ipv6_(ipv6) {
  begin(random);
}

void TcpTalk::begin(Random& random) {
  ends_ = random_ends(random, ipv6_);
  constexpr std::uint32_t kFirstClient = 1024, kClients = 64;
  ports_ = {random_port(random), random_port(random)};
  if (random.one_in(2))
    ports_[0] = static_cast<std::uint16_t>(kFirstClient + random.below(kClients));
  for (std::size_t index = 0; index < 2; ++index) sides_[index].next = first_sequence(random);
  again(random);
}

/// The same ends and ports once more, the other end first at times. A new sequence number is often
/// a little above the old one, as RFC 6528 has it, and sometimes below.
void TcpTalk::again(Random& random) {
  constexpr std::int32_t kStep[] = {1, 1000, 100000, 64001, 0, -1, -1000};
  if (random.one_in(16)) {
    std::swap(ports_[0], ports_[1]);
    std::swap(sides_[0], sides_[1]);
    ends_ = ends_.turned();
  }
  for (Side& side : sides_) {
    side.next = random.one_in(3) ? first_sequence(random)
                                 : side.next + static_cast<std::uint32_t>(random.of(kStep));
  }
  open_side(random, 0);
  open_side(random, 1);
  plan_.clear();
  phase_ = Phase::closed;
  // Now and then a tracker meets a conversation that is under way.
  if (random.one_in(25)) phase_ = Phase::open;
}

void TcpTalk::open_side(Random& random, std::size_t index) {
  const std::uint32_t first = sides_[index].next;
  Side side;
  side.first = side.next = side.end = side.limit = first;
  side.window = window(random);
  side.offers_scale = !random.one_in(3);
  side.scale = random.one_in(8) ? random.byte() : static_cast<std::uint8_t>(random.below(9));
  side.offers_sack = !random.one_in(3);
  sides_[index] = side;
}

TcpTalk::Segment TcpTalk::segment(std::size_t from, std::uint8_t flags,
                                  std::uint32_t length) const {
  Segment out;
  out.from = from;
  out.flags = flags;
  out.sequence = sides_[from].next;
  if ((flags & ack) != 0) out.acknowledgement = sides_[1 - from].next;
  out.window = sides_[from].window;
  out.length = length;
  return out;
}

TcpTalk::Segment TcpTalk::syn(std::size_t from, std::uint8_t flags, Random& random) const {
  const Side& side = sides_[from];
  Segment out = segment(from, flags);
  out.sequence = side.first;
  TcpOptionFields options;
  if (random.one_in(2)) options.mss = 1460;
  options.sack_permitted = side.offers_sack;
  if (side.offers_scale) options.window_scale = side.scale;
  options.has_timestamps = random.one_in(4);
  options.timestamp = side.first;
  out.options = tcp_options(options);
  if (random.one_in(20)) out.length = 1;
  return out;
}

void TcpTalk::commit(const Segment& segment) {
  Side& sender = sides_[segment.from];
  Side& receiver = sides_[1 - segment.from];
  const std::uint32_t end = segment.end();
  if (before(sender.next, end)) sender.next = end;
  if (before(sender.end, end)) sender.end = end;
  if ((segment.flags & fin) != 0) sender.finished = true;
  const bool scaled =
      (segment.flags & tcp_flag::syn) == 0 && sender.offers_scale && receiver.offers_scale;
  const std::uint32_t wide = std::uint32_t{segment.window}
                             << (scaled ? std::min(sender.scale, kMostScale) : 0);
  sender.widest = std::max(sender.widest, wide);
  if ((segment.flags & ack) == 0) return;
  sender.acknowledged = segment.acknowledgement;
  const std::uint32_t limit = segment.acknowledgement + std::max(wide, 1U);
  if (before(receiver.limit, limit)) receiver.limit = limit;
}

Draft TcpTalk::next(Random& random) {
  const bool wrong = random.per_mille(wrong_);
  Segment segment;
  if (!plan_.empty()) {
    segment = std::move(plan_.front());
    plan_.pop_front();
  } else if (wrong) {
    // On a copy: the ends never know of what they did not send.
    segment = TcpTalk(*this).honest(random);
  } else {
    segment = honest(random);
  }
  if (wrong) spoil(segment, random);
  if (segment.told && (!wrong || random.one_in(24))) commit(segment);
  return write(segment, random);
}

TcpTalk::Segment TcpTalk::honest(Random& random) {
  switch (phase_) {
    case Phase::open: return talking(random);
    case Phase::over: return late(random);
    case Phase::closed:
    case Phase::syn_sent:
    case Phase::syn_received: break;
  }
  return opening(random);
}

TcpTalk::Segment TcpTalk::opening(Random& random) {
  const std::uint32_t turn = random.below(24);
  if (phase_ == Phase::closed) {
    phase_ = Phase::syn_sent;
    if (turn == 0) {  // both ends open (E9)
      plan_.push_back(syn(1, tcp_flag::syn, random));
      plan_.push_back(syn(0, tcp_flag::syn | ack, random));
      plan_.back().acknowledgement = sides_[1].first + 1;
      plan_.push_back(syn(1, tcp_flag::syn | ack, random));
      plan_.back().acknowledgement = sides_[0].first + 1;
      phase_ = Phase::syn_received;
    }
    return syn(0, tcp_flag::syn, random);
  }
  if (phase_ == Phase::syn_sent) {
    if (turn < 3) return syn(0, tcp_flag::syn, random);
    if (turn == 3) {  // refused
      phase_ = Phase::over;
      return segment(1, rst | ack);
    }
    if (turn == 4) return segment(1, ack);  // a challenge from a connection of old
    phase_ = Phase::syn_received;
    return syn(1, tcp_flag::syn | ack, random);
  }
  if (turn < 2) return syn(1, tcp_flag::syn | ack, random);
  if (turn == 2) return syn(0, tcp_flag::syn, random);
  if (turn == 3) {
    phase_ = Phase::over;
    return segment(random.below(2), rst | ack);
  }
  phase_ = Phase::open;
  return segment(0, ack, random.one_in(4) ? length(random) : 0);
}

TcpTalk::Segment TcpTalk::talking(Random& random) {
  std::size_t from = random.below(2);
  if (sides_[from].finished && !random.one_in(4)) from = 1 - from;
  Side& side = sides_[from];
  const Side& peer = sides_[1 - from];
  if (side.finished && peer.finished) phase_ = Phase::over;
  const std::uint32_t turn = side.finished ? 12 + random.below(8) : random.below(46);
  Segment out = segment(from, ack);
  if (turn < 12) {
    const std::uint8_t push = random.one_in(2) ? psh : 0;
    out = segment(from, ack | push, fitting(from, length(random)));
  } else if (turn < 20) {  // a mere acknowledgement, and with the window that there is now
    if (random.one_in(4)) side.window = random.one_in(8) ? 0 : window(random);
    out.window = side.window;
  } else if (turn < 26) {  // once more
    out.length = std::min(length(random), side.next - side.first);
    out.sequence = side.next - out.length;
    if (random.one_in(4)) plan_.assign(2, out);
  } else if (turn < 28) {  // keep-alive and its answer
    out.sequence = side.next - 1;
    out.length = random.below(2);
    plan_.push_back(segment(1 - from, ack));
  } else if (turn < 31) {  // a segment is lost: the peer tells of what came behind it
    out.length = length(random);
    out.sequence = side.next + out.length;
    Segment told = segment(1 - from, ack);
    told.acknowledgement = side.next;
    const SackBlock block[] = {{out.sequence, out.end()}};
    if (peer.offers_sack) told.options = tcp_options({.sack = block});
    Segment lost = out;
    lost.sequence = side.next;
    plan_.push_back(std::move(told));
    plan_.push_back(std::move(lost));
  } else if (turn < 33) {  // it acknowledges less than it has
    out.acknowledgement = sides_[from].acknowledged;
  } else if (turn < 34) {
    out = segment(from, ack | urg, fitting(from, length(random)));
    out.urgent = static_cast<std::uint16_t>(out.length);
  } else if (turn < 38) {
    out = segment(from, fin | ack, random.one_in(4) ? length(random) : 0);
  } else if (turn < 39) {
    out = segment(from, random.one_in(2) ? rst : rst | ack);
    phase_ = Phase::over;
  } else if (turn < 41) {
    challenge(from, random);
    out = std::move(plan_.front());
    plan_.pop_front();
  } else if (turn < 42) {  // the client is gone and opens anew, with the same ports
    again(random);
    phase_ = Phase::syn_sent;
    out = syn(0, tcp_flag::syn, random);
  }
  return out;
}

/// A SYN in a live connection; the peer asks whether that is meant, and is told so, or ignores it
/// (E10, RFC 5961 4).
void TcpTalk::challenge(std::size_t from, Random& random) {
  Segment syn = segment(from, tcp_flag::syn);
  syn.sequence = random.one_in(2) ? sides_[from].next + 1000 : random.u32();
  if (random.one_in(2)) syn.options = tcp_options({.window_scale = 7});
  Segment answer = segment(1 - from, ack);
  Segment reset = segment(from, rst);
  reset.sequence = answer.acknowledgement;
  Segment accepted = segment(1 - from, tcp_flag::syn | ack);
  accepted.sequence = random.u32();
  accepted.acknowledgement = syn.sequence + 1;
  Segment refused = segment(1 - from, rst | ack);
  refused.sequence = random.one_in(2) ? 0 : sides_[1 - from].next;
  refused.acknowledgement = syn.sequence + 1;
  switch (random.below(4)) {
    case 0: plan_ = {syn, answer}; break;
    case 1: plan_ = {syn, answer, reset, syn, accepted}; break;
    case 2: plan_ = {syn, accepted}; break;
    default:
      plan_ = {syn, refused};
      phase_ = Phase::over;
      break;
  }
  for (Segment& planned : plan_) planned.told = false;
  if ((plan_.back().flags & tcp_flag::syn) != 0) resume(syn, accepted);
}

/// The two go on from a SYN and its answer.
void TcpTalk::resume(const Segment& syn, const Segment& accepted) {
  for (const Segment* segment : {&syn, &accepted}) {
    Side& side = sides_[segment->from];
    const std::uint16_t window = side.window;
    side = {};
    side.first = segment->sequence;
    side.next = side.end = segment->end();
    side.limit = side.next + window;
    side.window = window;
  }
  phase_ = Phase::open;
}

/// All is said: what was said last comes again, or the conversation begins anew.
TcpTalk::Segment TcpTalk::late(Random& random) {
  const std::uint32_t turn = random.below(8);
  if (turn >= 4) {
    if (turn >= 6) {
      begin(random);
    } else {
      again(random);
    }
    return honest(random);
  }
  constexpr std::uint8_t kLast[] = {ack, fin | ack, rst, rst | ack, ack};
  const std::size_t from = random.below(2);
  Segment out = segment(from, random.of(kLast));
  if ((out.flags & fin) != 0) out.sequence = sides_[from].next - 1;
  return out;
}

std::uint32_t TcpTalk::fitting(std::size_t from, std::uint32_t length) const {
  const auto room = static_cast<std::int32_t>(sides_[from].limit - sides_[from].next);
  return std::min(length, static_cast<std::uint32_t>(std::max(room, 0)));
}

std::uint32_t TcpTalk::sequence_edge(std::size_t from, Random& random) const {
  const Side& side = sides_[from];
  const Side& peer = sides_[1 - from];
  const std::uint32_t edges[] = {side.end,
                                 side.limit,
                                 side.limit,
                                 side.end - peer.widest - 1,
                                 peer.acknowledged,
                                 side.limit + peer.widest,
                                 side.next,
                                 side.first,
                                 0,
                                 side.next + 0x80000000U};
  const std::uint32_t edge = random.of(edges);
  return edge + static_cast<std::uint32_t>(random.between(-2, 2));
}

std::uint32_t TcpTalk::acknowledgement_edge(std::size_t from, Random& random) const {
  const Side& side = sides_[from];
  const Side& peer = sides_[1 - from];
  const std::uint32_t edges[] = {
      peer.end,          peer.end,   peer.end - std::max(kAckReach, side.widest) - 1,
      side.acknowledged, peer.first, 0,
      peer.limit};
  const std::uint32_t edge = random.of(edges);
  return edge + static_cast<std::uint32_t>(random.between(-2, 2));
}

void TcpTalk::spoil(Segment& segment, Random& random) const {
  const std::size_t from = segment.from;
  const std::uint32_t near = sides_[1 - from].next;
  switch (random.below(15)) {
    case 0: segment.flags = random.byte(); break;
    case 1:
    case 2: segment.sequence = sequence_edge(from, random); break;
    case 3:  // its end at an edge
      segment.sequence = sequence_edge(from, random) - segment.length;
      break;
    case 4:
    case 5: segment.acknowledgement = acknowledgement_edge(from, random); break;
    case 6:
    case 7:
      segment.flags = random.one_in(2) ? rst : rst | ack;
      segment.length = 0;
      segment.sequence = random.one_in(12) ? sides_[from].next : sequence_edge(from, random);
      if (random.one_in(4)) segment.acknowledgement = 0;
      break;
    case 8: {
      const SackBlock blocks[] = {{near - 10, acknowledgement_edge(from, random)},
                                  {near, near + random.below(3)}};
      const std::size_t count = 1 + random.below(2);
      segment.options = tcp_options({.sack = std::span(blocks).first(count)});
      break;
    }
    case 9: segment.options = broken_options(random, near); break;
    case 10: segment.window = random.one_in(2) ? 0 : random.u16(); break;
    case 11:
      segment.flags = static_cast<std::uint8_t>(segment.flags ^ (1U << random.below(8)));
      break;
    case 12:
      segment.flags = random.one_in(2) ? tcp_flag::syn : tcp_flag::syn | ack;
      if (random.one_in(2)) segment.sequence = sequence_edge(from, random);
      break;
    case 13: segment.offset = static_cast<std::uint8_t>(random.below(16)); break;
    default: segment.from = 1 - from; break;  // said by the other end
  }
}

Draft TcpTalk::write(const Segment& segment, Random& random) const {
  const bool turned = segment.from == 1;
  Draft out = draft(TrafficKind::tcp, turned ? ends_.turned() : ends_, ip_protocol::tcp);
  Octets options = segment.options;
  if (options.empty() && random.one_in(8)) {
    // Where they stand alone, trackers know the whole by one look.
    options = tcp_options({.has_timestamps = true, .timestamp = segment.sequence});
  }
  if (options.size() > 40) options.resize(40);
  const Octets data = payload(segment.length);
  fill(out, kHeader + 40 + data.size(), [&](std::span<std::uint8_t> to) {
    return build_tcp(to, out.source, out.destination,
                     {.source_port = ports_[turned ? 1 : 0],
                      .destination_port = ports_[turned ? 0 : 1],
                      .sequence = segment.sequence,
                      .acknowledgement = segment.acknowledgement,
                      .window = segment.window,
                      .flags = segment.flags,
                      .urgent = segment.urgent,
                      .options = options},
                     data);
  });
  if (segment.offset) {
    const auto word = static_cast<std::uint16_t>(*segment.offset << 12 | segment.flags);
    change_word(out.body, 12, word, kChecksumAt);
    out.right = false;
  }
  return out;
}

}  // namespace statewall
