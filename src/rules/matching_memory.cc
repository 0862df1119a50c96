#include "rules/conditions.h"
#include "rules/time_match.h"

namespace statewall::rules {

Matching test(const LimitMatch&, const Subject& subject, MatchMemory& memory) {
  return to_matching(memory.limit.take(subject.now));
}

Matching test(const StatisticMatch& match, const Subject&, MatchMemory& memory) {
  return to_matching(memory.statistic.take(match) != match.inverted);
}

Matching test(const TimeMatch& match, const Subject& subject, MatchMemory&) {
  return to_matching(holds_at(match, subject.now));
}

Matching test(const ConnlimitMatch& match, const Subject& subject, MatchMemory& memory) {
  if (!memory.connlimit) return Matching::no;
  const std::uint32_t connections = memory.connlimit->count(match, subject);
  if (connections == 0) return Matching::drop;
  return to_matching((connections > match.limit) == match.above);
}

Matching test(const HashlimitMatch& match, const Subject& subject, MatchMemory& memory) {
  using Answer = HashlimitMemory::Answer;
  if (!memory.hashlimit) return Matching::no;
  const Answer answer = memory.hashlimit->test(subject);
  if (answer == Answer::drop) return Matching::drop;
  return to_matching((answer == Answer::above) == match.above);
}

Matching test(const RecentMatch& match, const Subject& subject, MatchMemory& memory) {
  return memory.recent ? to_matching(memory.recent->test(match, subject)) : Matching::no;
}

Matching test(const UnsupportedMatch&, const Subject&, MatchMemory&) { return Matching::no; }

}  // namespace statewall::rules
