#include <algorithm>
#include <cstddef>

#include "rules/conditions.h"

namespace statewall::rules {

Matching test(const LengthMatch& match, const Subject& subject, MatchMemory&) {
  return to_matching(match.length.holds(
      static_cast<std::uint16_t>(std::min<std::uint32_t>(subject.length(), 65535))));
}

Matching test(const TtlMatch& match, const Subject& subject, MatchMemory&) {
  switch (match.how) {
    case TtlMatch::How::equal: return to_matching(subject.ttl == match.value);
    case TtlMatch::How::not_equal: return to_matching(subject.ttl != match.value);
    case TtlMatch::How::less: return to_matching(subject.ttl < match.value);
    case TtlMatch::How::greater: break;
  }
  return to_matching(subject.ttl > match.value);
}

Matching test(const TosMatch& match, const Subject& subject, MatchMemory&) {
  return to_matching(((subject.tos & match.mask) == match.value) != match.inverted);
}

Matching test(const DscpMatch& match, const Subject& subject, MatchMemory&) {
  return to_matching((subject.tos >> 2 == match.value) != match.inverted);
}

Matching test(const MacMatch& match, const Subject& subject, MatchMemory&) {
  constexpr std::size_t kSourceAt = 6, kEthernetHeader = 14;
  if (!subject.ethernet || !subject.has_input() || subject.link_header.size() < kEthernetHeader) {
    return Matching::no;
  }
  const Bytes source = subject.link_header.from(kSourceAt);
  return to_matching(std::equal(match.source.begin(), match.source.end(), source.data()) !=
                     match.inverted);
}

namespace {

PkttypeMatch::Type packet_type(const Subject& subject) {
  using Type = PkttypeMatch::Type;
  if (!subject.ethernet || subject.local || (subject.link_header.u8(0) & 1) == 0) {
    return Type::unicast;
  }
  const bool broadcast =
      subject.link_header.u16(0) == 0xffff && subject.link_header.u32(2) == 0xffffffff;
  return broadcast ? Type::broadcast : Type::multicast;
}

}  // namespace

Matching test(const PkttypeMatch& match, const Subject& subject, MatchMemory&) {
  return to_matching((packet_type(subject) == match.type) != match.inverted);
}

Matching test(const CommentMatch&, const Subject&, MatchMemory&) { return Matching::yes; }

}  // namespace statewall::rules
