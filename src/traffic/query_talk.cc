#include "traffic/query_talk.h"

#include <utility>

namespace statewall {
namespace {

struct Pair {
  std::uint8_t query;
  std::uint8_t reply;
};
constexpr Pair kPairs4[] = {{8, 0}, {8, 0}, {13, 14}, {15, 16}, {17, 18}};
constexpr Pair kPairs6[] = {{128, 129}, {128, 129}, {139, 140}};

std::uint8_t protocol_of(Family family) {
  return family == Family::ipv6 ? ip_protocol::icmpv6 : ip_protocol::icmp;
}

}  // namespace

QueryTalk::QueryTalk(Random& random, std::uint32_t wrong, std::uint32_t ipv6)
    : wrong_(wrong), ipv6_(ipv6) {
  begin(random);
}

void QueryTalk::begin(Random& random) {
  constexpr std::uint16_t kIds[] = {0, 1, 2, 33029, 65535};
  ends_ = random_ends(random, ipv6_);
  const Pair pair = ends_.family == Family::ipv6 ? random.of(kPairs6) : random.of(kPairs4);
  query_ = pair.query;
  reply_ = pair.reply;
  code_ = random.one_in(8) ? random.byte() : 0;
  id_ = random.of(kIds);
  sequence_ = random.one_in(4) ? random.u16() : 1;
}

Draft QueryTalk::next(Random& random) {
  const std::uint32_t turn = random.below(16);
  if (turn == 0) begin(random);
  if (turn < 6) ++sequence_;
  const bool asks = turn < 9;
  Ends ends = asks ? ends_ : ends_.turned();
  std::uint8_t type = asks ? query_ : reply_;
  std::uint8_t code = code_;
  std::uint16_t id = id_;
  if (random.per_mille(wrong_)) {
    switch (random.below(7)) {
      case 0: ends.a = random_host(random, ends.family); break;
      case 1: ends.b = random_host(random, ends.family); break;
      case 2: code = static_cast<std::uint8_t>(random.one_in(2) ? code + 1 : random.byte()); break;
      case 3: id = static_cast<std::uint16_t>(random.one_in(2) ? id + 1 : random.u16()); break;
      case 4: std::swap(ends.a, ends.b); break;  // a reply in the query's direction, a crossing ask
      case 5:
        type = ends.family == Family::ipv6 ? random.of(kPairs6).reply : random.of(kPairs4).reply;
        break;
      default: type = asks ? reply_ : query_; break;
    }
  }
  Draft out = draft(TrafficKind::query, ends, protocol_of(ends.family));
  const std::uint32_t length = random.one_in(4) ? random.below(200) : 12;
  fill_icmp(out, type, code, std::uint32_t{id} << 16 | sequence_, payload(length));
  return out;
}

namespace {

/// Types that others than hosts with an error send, and codes that are right for most of them.
Draft discovery(Random& random, const Ends& ends) {
  constexpr std::uint8_t kTypes4[] = {9, 10, 30, 37, 40, 42, 43, 1, 2, 6, 7, 19, 253, 255};
  constexpr std::uint8_t kTypes6[] = {130, 131, 132, 133, 134, 135, 136, 137, 138, 141, 142,
                                      143, 144, 148, 151, 152, 153, 155, 160, 161, 200, 255};
  const bool six = ends.family == Family::ipv6;
  Draft out = draft(TrafficKind::icmp, ends, protocol_of(ends.family));
  const std::uint8_t type =
      random.one_in(3) ? random.byte() : (six ? random.of(kTypes6) : random.of(kTypes4));
  const std::uint8_t code = random.one_in(4) ? random.byte() : 0;
  if (six && !random.one_in(4)) out.ttl = 255;
  const std::uint32_t rest = random.one_in(2) ? random.u32() : 0;
  fill_icmp(out, type, code, rest, payload(random.below(64)));
  return out;
}

}  // namespace

Draft other_icmp(Random& random, std::uint32_t ipv6_per_mille) {
  const Ends ends = random_ends(random, ipv6_per_mille);
  Draft out = discovery(random, ends);
  if (!random.one_in(3)) return out;
  // Short ones, of every length: what there is of it is right.
  constexpr std::uint32_t kLongest = 12;
  constexpr std::uint8_t kTypes[] = {8, 0, 3, 13, 17, 128, 129, 1, 137};
  const std::uint8_t type = random.of(kTypes);
  fill_icmp(out, type, 0, random.u32(), payload(kLongest));
  const std::uint32_t length = random.below(kLongest + 1);
  if (length < out.body.size()) {
    out.body.resize(length);
    out.right = false;
  }
  return out;
}

}  // namespace statewall
