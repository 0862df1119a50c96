#include "traffic/sctp_talk.h"

#include <utility>

#include "traffic/sctp_chunks.h"
#include "wire/build.h"

namespace statewall {
namespace {

constexpr std::size_t kHeader = 12;

constexpr std::uint8_t kChunks[] = {sctp_chunk::data,
                                    sctp_chunk::init,
                                    sctp_chunk::init_ack,
                                    sctp_chunk::sack,
                                    sctp_chunk::heartbeat,
                                    sctp_chunk::heartbeat_ack,
                                    sctp_chunk::abort,
                                    sctp_chunk::shutdown,
                                    sctp_chunk::shutdown_ack,
                                    sctp_chunk::error,
                                    sctp_chunk::cookie_echo,
                                    sctp_chunk::cookie_ack,
                                    sctp_chunk::shutdown_complete,
                                    12,
                                    13,
                                    64,
                                    192,
                                    255};

std::uint32_t tag(Random& random) {
  constexpr std::uint32_t kTags[] = {1, 2, 0xffffffff, 0x12345678};
  return random.one_in(2) ? random.of(kTags) : random.u32() | 1;
}

}  // namespace

SctpTalk::SctpTalk(Random& random, std::uint32_t wrong, std::uint32_t ipv6)
    : wrong_(wrong), ipv6_(ipv6) {
  begin(random);
}

void SctpTalk::begin(Random& random) {
  ends_ = random_ends(random, ipv6_);
  ports_ = {random_port(random), random_port(random)};
  again(random);
}

void SctpTalk::again(Random& random) {
  if (random.one_in(4)) {
    ends_ = ends_.turned();
    std::swap(ports_[0], ports_[1]);
  }
  tags_ = {tag(random), tag(random)};
  phase_ = Phase::closed;
}

SctpTalk::Message SctpTalk::say(std::size_t from, std::uint8_t chunk) const {
  constexpr std::size_t kLongest = 28;
  constexpr std::uint8_t kWhole = 3;  // of DATA: neither begins before nor goes on behind it
  Message out{from, chunk == sctp_chunk::init ? 0 : tags_[1 - from]};
  out.chunks.resize(kLongest);
  out.chunks.resize(
      build_sctp_chunk(out.chunks, chunk, chunk == sctp_chunk::data ? kWhole : 0, tags_[from]));
  return out;
}

Draft SctpTalk::next(Random& random) {
  const bool wrong = random.per_mille(wrong_);
  Message message = wrong ? SctpTalk(*this).honest(random) : honest(random);
  Draft out = draft(TrafficKind::sctp, ends_, ip_protocol::sctp);
  if (wrong) {
    spoil(message, out, random);
  } else {
    write(message, out);
  }
  return out;
}

SctpTalk::Message SctpTalk::honest(Random& random) {
  using namespace sctp_chunk;
  // Where each phase leads, what is said on the way, and who says it: the opener or the closer (0),
  // or the other one.
  struct Row {
    Phase next;
    std::size_t from;
    std::uint8_t chunk;
  };
  constexpr Row kRows[] = {
      {Phase::init, 0, init},
      {Phase::init_ack, 1, init_ack},
      {Phase::cookie_echo, 0, cookie_echo},
      {Phase::open, 1, cookie_ack},
      {Phase::shutdown, 0, shutdown},
      {Phase::shutdown_ack, 1, shutdown_ack},
      {Phase::over, 0, shutdown_complete},
      {Phase::over, 0, shutdown_complete},
  };
  if (phase_ == Phase::over && !random.one_in(4)) {
    if (random.one_in(2)) {
      begin(random);
    } else {
      again(random);
    }
  }
  if (phase_ == Phase::closed && random.one_in(12)) return say(0, heartbeat);  // another path
  const std::uint32_t turn = random.below(24);
  if (phase_ == Phase::open && turn > 1) return talking(random);
  const bool repeats = turn < 3 && phase_ != Phase::closed && phase_ != Phase::open;
  const auto at = static_cast<std::size_t>(phase_) - (repeats ? 1 : 0);
  const Row& row = kRows[at];
  if (phase_ == Phase::open) closer_ = random.below(2);
  const std::size_t first = at > 3 ? closer_ : 0;
  if (!repeats) phase_ = row.next;
  if (turn == 23) {  // instead of what is due
    phase_ = Phase::over;
    return say(random.below(2), abort);
  }
  return say(row.from == 0 ? first : 1 - first, row.chunk);
}

SctpTalk::Message SctpTalk::talking(Random& random) {
  using namespace sctp_chunk;
  constexpr std::uint8_t kSaid[] = {data, data, data, sack, sack, heartbeat, heartbeat_ack, error};
  const std::size_t from = random.below(2);
  Message out = say(from, random.of(kSaid));
  if (random.one_in(4)) {  // a bundle
    const Octets more = say(from, random.of(kSaid)).chunks;
    out.chunks.insert(out.chunks.end(), more.begin(), more.end());
  }
  if (random.one_in(30)) return say(from, init);  // the peer starts anew, or both at once
  if (random.one_in(30)) return say(from, abort);
  return out;
}

void SctpTalk::write(const Message& message, Draft& draft) const {
  const bool turned = message.from == 1;
  if (turned) std::swap(draft.source, draft.destination);
  fill(draft, kHeader + message.chunks.size(), [&](std::span<std::uint8_t> out) {
    return build_sctp(out, ports_[turned ? 1 : 0], ports_[turned ? 0 : 1], message.tag,
                      message.chunks);
  });
}

void SctpTalk::spoil(Message& message, Draft& draft, Random& random) const {
  Octets& chunks = message.chunks;
  const std::uint32_t turn = random.below(12);
  switch (turn) {
    case 0: message.tag = random.one_in(2) ? 0 : tags_[message.from]; break;
    case 1: ++message.tag; break;
    case 2:
    case 3:  // another chunk than is due
      message.from = random.below(2);
      message = say(message.from, random.of(kChunks));
      break;
    case 4: {  // one chunk more
      const Octets more = say(message.from, random.of(kChunks)).chunks;
      chunks.insert(random.one_in(2) ? chunks.end() : chunks.begin(), more.begin(), more.end());
      break;
    }
    case 5: {  // the length of the chunk lies
      constexpr std::uint8_t kLengths[] = {0, 1, 3, 4, 5, 7, 20, 255};
      chunks[3] = random.of(kLengths);
      break;
    }
    case 6: chunks.resize(random.below(static_cast<std::uint32_t>(chunks.size()))); break;
    case 7: chunks[1] = random.byte(); break;  // flags: T says whose tag it is (RFC 9260 8.5.1)
    case 8: chunks.push_back(0); break;
    case 9: message.from = 1 - message.from; break;
    default: break;
  }
  if (turn == 6 || turn == 5) draft.right = false;
  write(message, draft);
  if (turn == 10) draft.body[8] ^= 0x10;
  if (turn == 11) draft.body.resize(random.below(16));
  if (turn >= 10) draft.right = false;
}

}  // namespace statewall
