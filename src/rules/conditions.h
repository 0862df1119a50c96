#pragma once

#include "rules/matching.h"

// What each kind of match means, one function a kind: `matching_*.cc` have them, `test` in
// `matching.cc` chooses among them.

namespace statewall::rules {

constexpr Matching to_matching(bool matches) { return matches ? Matching::yes : Matching::no; }

Matching test(const TcpMatch&, const Subject&, MatchMemory&);
Matching test(const UdpMatch&, const Subject&, MatchMemory&);
Matching test(const IcmpMatch&, const Subject&, MatchMemory&);
Matching test(const MultiportMatch&, const Subject&, MatchMemory&);
Matching test(const SctpMatch&, const Subject&, MatchMemory&);
Matching test(const EspMatch&, const Subject&, MatchMemory&);
Matching test(const AhMatch&, const Subject&, MatchMemory&);
Matching test(const ConntrackMatch&, const Subject&, MatchMemory&);
Matching test(const MarkMatch&, const Subject&, MatchMemory&);
Matching test(const ConnmarkMatch&, const Subject&, MatchMemory&);
Matching test(const IpRangeMatch&, const Subject&, MatchMemory&);
Matching test(const AddrtypeMatch&, const Subject&, MatchMemory&);
Matching test(const LengthMatch&, const Subject&, MatchMemory&);
Matching test(const TtlMatch&, const Subject&, MatchMemory&);
Matching test(const TosMatch&, const Subject&, MatchMemory&);
Matching test(const DscpMatch&, const Subject&, MatchMemory&);
Matching test(const MacMatch&, const Subject&, MatchMemory&);
Matching test(const PkttypeMatch&, const Subject&, MatchMemory&);
Matching test(const CommentMatch&, const Subject&, MatchMemory&);
Matching test(const FragMatch&, const Subject&, MatchMemory&);
Matching test(const RtMatch&, const Subject&, MatchMemory&);
Matching test(const OptionsMatch&, const Subject&, MatchMemory&);
Matching test(const LimitMatch&, const Subject&, MatchMemory&);
Matching test(const StatisticMatch&, const Subject&, MatchMemory&);
Matching test(const TimeMatch&, const Subject&, MatchMemory&);
Matching test(const ConnlimitMatch&, const Subject&, MatchMemory&);
Matching test(const HashlimitMatch&, const Subject&, MatchMemory&);
Matching test(const RecentMatch&, const Subject&, MatchMemory&);
Matching test(const UnsupportedMatch&, const Subject&, MatchMemory&);

}  // namespace statewall::rules
